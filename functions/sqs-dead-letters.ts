// The Lambda function that SQS invokes with what it has given up: messages that came back too often. It stores them as dead letters,
// with all others, where a person finds them and may redrive them.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { openFigures, writingFigures } from '#functions/figures/open-figures.ts';
import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabases } from '#functions/runtime/queue-database.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { inStages, type Part } from '#functions/sqs/in-stages.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { readRecords } from '#functions/sqs/records.ts';
import { type Database, type OpenDatabase, openDatabase } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { boundLog } from '#queue/log.ts';
import { buryBatch } from '#queue/receive/bury-batch.ts';

/** Stores what SQS has given up, and answers what it could not store. */
export type SqsDeadLetterHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Left for the end of the invocation, in milliseconds. */
const returnMs = 250;

/**
 * The handler of the Lambda function that an event source mapping invokes for the dead-letter queues of queues with an SQS engine;
 * it must report batch item failures. To be called once, when the function is loaded: it reads its configuration from the
 * environment, and throws a TypeError on variables that are missing or make no sense.
 *
 * @example
 * ```ts
 * import { createSqsDeadLetterHandler } from 'millrace/lambda';
 *
 * export const handler = createSqsDeadLetterHandler();
 * ```
 */
export function createSqsDeadLetterHandler(_registry?: Registry): SqsDeadLetterHandler {
  return sqsDeadLetterHandler(openDatabase);
}

/** The same by any driver. */
export function sqsDeadLetterHandler(openDatabase: OpenDatabase): SqsDeadLetterHandler {
  const figures = openFigures('sqs-dead-letters', process.env);
  const log = functionLog('sqs-dead-letters');
  const source = readDatabaseUrl(process.env);
  const count = readDatabases(process.env);
  const databases = queueDatabases(source, openDatabase, count).map((database) =>
    countedDatabase(database, figures),
  );
  const urls = readQueueUrls(process.env);

  return writingFigures(figures, async ({ Records: given }: SQSEvent, context: Context) => {
    const queue = urls.queueOfDeadLettersAt(given[0]?.eventSourceARN ?? '');
    const bound = boundLog(log, { requestId: context.awsRequestId, queue });
    const budgetMs = context.getRemainingTimeInMillis() - returnMs;
    const handle = async ({ database: number, records }: Part) => {
      const database = databases[number] as Database;
      const buried = await buryBatch(records, { queue, database, budgetMs, log: bound });
      figures?.count('Dead', buried.dead);
      return buried.acknowledged;
    };
    // Dead letters have no order among each other.
    const options = { isInOrder: false, handle, log: bound };
    const acknowledged = await inStages(readRecords(given, count, bound), options);
    // What could not be read is among those that SQS is to keep.
    const left = given.filter(({ messageId }) => !acknowledged.has(messageId));
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}
