// Where a deployment that sleeps keeps its wake-ups: one-time schedules in a group of the stack, which goes with it. The functions
// create them; each deletes itself once it has fired.
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { CONSUMER_ARN, WAKE_UP_GROUP, WAKE_UP_ROLE } from '#functions/environment.ts';
import { createScheduleRole } from './schedule-role.ts';

export class WakeUps extends Construct {
  private readonly group: CfnScheduleGroup;
  private readonly role: Role;
  private readonly consumer: LambdaFunction;

  constructor(scope: Construct, id: string, consumer: LambdaFunction) {
    super(scope, id);
    this.consumer = consumer;
    // The library's own `ScheduleGroup` would give it a physical name.
    this.group = new CfnScheduleGroup(this, 'Group');
    this.role = createScheduleRole(this, { groupArn: this.group.attrArn, consumer });
    this.letArm(consumer);
  }

  /** Under this name CloudWatch counts what becomes of the wake-ups. */
  get groupName(): string {
    return this.group.ref;
  }

  /** Lets a function arm wake-ups: create schedules of this group by the names that wake-ups have, and give them their role. */
  letArm(arming: LambdaFunction): void {
    arming.addEnvironment(WAKE_UP_GROUP, this.group.ref);
    arming.addEnvironment(WAKE_UP_ROLE, this.role.roleArn);
    // The consumer learns its own from its context, and a function cannot refer to itself.
    if (arming !== this.consumer) arming.addEnvironment(CONSUMER_ARN, this.consumer.functionArn);
    this.letCreate(arming);
    arming.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }

  private letCreate(arming: LambdaFunction): void {
    const wakeUps = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.ref}/wake-*`,
    });
    arming.addToRolePolicy(
      new PolicyStatement({ actions: ['scheduler:CreateSchedule'], resources: [wakeUps] }),
    );
    if (!arming.role) return;
    Validations.of(arming.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${asReported(wakeUps, this)}]`,
      reason: 'A wake-up is named by its time, such as wake-20261128T234530Z.',
    });
  }
}

/** An ARN as cdk-nag reports it: `<AWS::Region>` stands for what CloudFormation puts in. */
function asReported(arn: string, scope: Construct): string {
  const resolved: string | { 'Fn::Join': [string, (string | { Ref: string })[]] } =
    Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = resolved['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join(separator);
}
