// The schedule that invokes the consumer every minute: once or not at all. A tick that would come late is dropped, because
// the next one does its work.
import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

/** How long a tick may wait at the scheduler and again at Lambda before it is dropped: the least that both allow. */
export const maxTickAge = Duration.seconds(60);

export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, consumer: IFunction) {
    super(scope, id);
    new Schedule(this, 'Schedule', {
      description: 'Drains the queues of Millrace',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: this.targetOf(consumer),
    });
  }

  /** The library's own `LambdaInvoke` would let the schedule invoke every version of the function. */
  private targetOf(consumer: IFunction): IScheduleTarget {
    const role = this.createRole();
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [consumer.functionArn],
      }),
    );
    const target = {
      arn: consumer.functionArn,
      role,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: maxTickAge.toSeconds() },
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
    };
    return { bind: () => target };
  }

  /** The condition keeps schedules of other accounts from using the role (the confused deputy problem). */
  private createRole(): Role {
    const { account } = Stack.of(this);
    const group = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group } },
      }),
    });
  }
}
