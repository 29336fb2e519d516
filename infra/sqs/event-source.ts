// How Lambda takes messages from a queue on SQS: ten at once, told which of them it is to keep.
import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** The most that SQS hands out at once, and with a FIFO queue the most that Lambda takes. */
const batchSize = 10;

/** id: of the mapping, within the function. */
export function takeFrom(
  handler: LambdaFunction,
  id: string,
  { queueArn }: Queue,
  maxConcurrency: number,
): void {
  const mapping = handler.addEventSourceMapping(id, {
    eventSourceArn: queueArn,
    batchSize,
    maxConcurrency,
    reportBatchItemFailures: true,
  });
  Validations.of(mapping).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'Lambda has such destinations for streams alone: what fails stays in its queue on SQS.',
  });
}

/** What Lambda itself needs for that. The library's own `grantConsumeMessages` would add GetQueueUrl. */
export const taking = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export const allow = (actions: readonly string[], queues: readonly Queue[]): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: queues.map(({ queueArn }) => queueArn),
  });
