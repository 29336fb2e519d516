// The schedule that invokes the consumer every minute: once or not at all. A tick that would come late is dropped, because
// the next one does its work. In a deployment that sleeps it is the backstop, and hours may lie before the next one.
import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { type Invoking, invokingTicks } from './invoking.ts';
import { createScheduleRole } from './schedule-role.ts';

export interface TickScheduleProps {
  readonly consumer: IFunction;
  /** How often it fires. Default: every minute. */
  readonly rate?: Duration | undefined;
  /** How often a tick that does not reach the consumer is sent again. Default: never. */
  readonly invoking?: Invoking;
}

export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id);
    const { rate = Duration.minutes(1) } = props;
    new Schedule(this, 'Schedule', {
      description: 'Drains the queues of Millrace',
      schedule: ScheduleExpression.rate(rate),
      target: this.targetOf(props),
    });
  }

  /** The library's own `LambdaInvoke` would let the schedule invoke every version of the function. */
  private targetOf({ consumer, invoking = invokingTicks }: TickScheduleProps): IScheduleTarget {
    const groupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    const target = {
      arn: consumer.functionArn,
      role: createScheduleRole(this, { groupArn, consumer }),
      retryPolicy: {
        maximumRetryAttempts: invoking.retryAttempts,
        maximumEventAgeInSeconds: invoking.maxEventAge.toSeconds(),
      },
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
    };
    return { bind: () => target };
  }
}
