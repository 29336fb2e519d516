// The role by which schedules invoke the consumer: this function, without its other versions, and nothing else.
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface ScheduleRoleProps {
  /** Whose schedules may use the role. */
  readonly groupArn: string;
  readonly consumer: IFunction;
}

/** The condition keeps schedules of other accounts from using the role (the confused deputy problem). */
export function createScheduleRole(scope: Construct, props: ScheduleRoleProps): Role {
  const { account } = Stack.of(scope);
  const { groupArn, consumer } = props;
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn } },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [consumer.functionArn],
    }),
  );
  return role;
}
