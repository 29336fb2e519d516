// Who but the schedules may invoke the consumer, and what it is told of that: the functions that enqueue in an eager deployment,
// and the consumer itself where it hands over.
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CONSUMER_ARN, EAGER, HAND_OVER } from '#functions/environment.ts';
import type { DeployedFunction } from '#infra/function/deployed-function.ts';

/** An enqueue by one of these functions wakes the consumer at once, and the consumer lingers a moment for the next one. */
export function wakeAtOnce(enqueuing: readonly LambdaFunction[], consumer: LambdaFunction): void {
  for (const handler of enqueuing) {
    handler.addToRolePolicy(invoking(consumer));
    handler.addEnvironment(CONSUMER_ARN, consumer.functionArn);
    handler.addEnvironment(EAGER, 'on');
  }
  consumer.addEnvironment(EAGER, 'on');
}

/** The consumer may invoke itself for a backlog that it cannot drain alone. */
export function letHandOver(consumer: DeployedFunction, helpers: number): void {
  const { handler } = consumer;
  // A policy of its own: a function waits for the policy of its role, which then could not wait for the function.
  const policy = new Policy(consumer, 'HandOver', { statements: [invoking(handler)] });
  handler.role?.attachInlinePolicy(policy);
  handler.addEnvironment(HAND_OVER, String(helpers));
}

/** Not `grantInvoke`, which would allow every version of the function. */
const invoking = (consumer: LambdaFunction) =>
  new PolicyStatement({
    actions: ['lambda:InvokeFunction'],
    resources: [consumer.functionArn],
  });
