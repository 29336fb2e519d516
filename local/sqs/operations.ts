// What can be asked of SQS over HTTP: for AWS's server on this machine, under the service 'sqs'.
import { AwsError } from '#local/aws/aws-error.ts';
import type { Operation } from '#local/aws/operation.ts';
import { changeMessageVisibility, changeMessageVisibilityBatch } from './change-visibility.ts';
import { deleteMessage, deleteMessageBatch } from './delete-messages.ts';
import { createQueue, getQueueAttributes, getQueueUrl, purgeQueue } from './queue-operations.ts';
import { receiveMessage } from './receive-messages.ts';
import { sendMessage, sendMessageBatch } from './send-messages.ts';
import type { Sqs } from './sqs.ts';

export function sqsOperations(sqs: Sqs): Operation {
  const operations: Readonly<Record<string, Operation>> = {
    ChangeMessageVisibility: changeMessageVisibility(sqs),
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(sqs),
    CreateQueue: createQueue(sqs),
    DeleteMessage: deleteMessage(sqs),
    DeleteMessageBatch: deleteMessageBatch(sqs),
    GetQueueAttributes: getQueueAttributes(sqs),
    GetQueueUrl: getQueueUrl(sqs),
    PurgeQueue: purgeQueue(sqs),
    ReceiveMessage: receiveMessage(sqs),
    SendMessage: sendMessage(sqs),
    SendMessageBatch: sendMessageBatch(sqs),
  };
  return (request) => {
    const { 'x-amz-target': target = '', 'content-type': type } = request.headers;
    const operation = operations[String(target).replace(/^AmazonSQS\./, '')];
    if (!operation || type !== 'application/x-amz-json-1.0')
      throw new AwsError(400, 'InvalidAction', `No ${String(target)} here`);
    return operation(request);
  };
}
