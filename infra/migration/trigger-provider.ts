// The CDK's Trigger brings a function of its own, which invokes the migrations. Without this file its log group would keep
// everything for ever.
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { LogOptions } from '#infra/function/function-options.ts';
import { createLogGroup } from '#infra/function/log-group.ts';

/** Gives the one provider behind all triggers of a stack a log group like ours. Needs a `Trigger` in the stack. */
export function limitTriggerLogs(scope: IConstruct, options: LogOptions | undefined): void {
  const provider = Stack.of(scope).node.findChild(
    'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider',
  );
  const handler = provider.node.findChild('Handler');
  if (provider.node.tryFindChild('Logs') || !CfnResource.isCfnResource(handler)) return;
  const { logGroupName } = createLogGroup(provider, 'Logs', options);
  handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroupName });
}
