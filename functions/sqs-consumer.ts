// The Lambda function that SQS invokes with up to ten messages of one queue: it handles them, and answers which of them SQS is to
// keep.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsAccess } from '#functions/aws/access.ts';
import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabases } from '#functions/runtime/queue-database.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { withElsewhere } from '#functions/spread/elsewhere-queue.ts';
import { inStages } from '#functions/sqs/in-stages.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { readRecords } from '#functions/sqs/records.ts';
import { type OpenDatabase, openDatabase } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { boundLog } from '#queue/log.ts';
import { type Receiver, receive } from './receive.ts';

/** Handles the messages of one queue that SQS has delivered, and answers which of them are to come back. */
export type SqsConsumerHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The handler of the Lambda function that an event source mapping invokes for queues with an SQS engine; it must report batch
 * item failures. To be called once, when the function is loaded: it reads its configuration from the environment, and throws a
 * TypeError on variables that are missing or make no sense.
 *
 * @example
 * ```ts
 * import { createSqsConsumerHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createSqsConsumerHandler(registry);
 * ```
 */
export function createSqsConsumerHandler(registry: Registry): SqsConsumerHandler {
  return sqsConsumerHandler(registry, openDatabase);
}

/** The same by any driver. */
export function sqsConsumerHandler(
  registry: Registry,
  openDatabase: OpenDatabase,
): SqsConsumerHandler {
  const log = functionLog('sqs-consumer');
  const count = readDatabases(process.env);
  const databases = queueDatabases(readDatabaseUrl(process.env), openDatabase, count);
  const access = awsAccess(process.env);
  const urls = readQueueUrls(process.env);
  const queues = [...(count > 1 ? withElsewhere(registry) : registry).queues.keys()];
  const receivers = databases.map((database, number) =>
    receive({ database, number, bound: count > 1 ? { database: number } : {}, access, queues }),
  );

  return async ({ Records: given }, context) => {
    const bound = boundLog(log, { requestId: context.awsRequestId });
    const arn = given[0]?.eventSourceARN ?? '';
    // Throws for a queue that this code does not have on SQS: a deployment whose parts do not fit is for a person to mend.
    const queue = urls.queueAt(arn, registry.queues.values());
    const source = { queue, queueUrl: urls.at(arn) };
    const acknowledged = await inStages(readRecords(given, count, bound), {
      isInOrder: queue.policy.engine === 'sqs-fifo',
      handle: (part) => (receivers[part.database] as Receiver)(part, source, context),
      log: bound,
    });
    // What could not be read is among those that SQS is to keep.
    const left = given.filter(({ messageId }) => !acknowledged.has(messageId));
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
