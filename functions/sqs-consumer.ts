// The Lambda function that SQS invokes with up to ten messages of one queue: it handles them, and answers which of them SQS is to
// keep.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsAccess } from '#functions/aws/access.ts';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, writingFigures } from '#functions/figures/open-figures.ts';
import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { sqsCarrier } from '#functions/sqs/carrier.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { readRecords } from '#functions/sqs/records.ts';
import { wakeForStored } from '#functions/wake/wake-for-stored.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import { type OpenDatabase, openDatabase } from '#queue/database.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { boundLog } from '#queue/log.ts';
import { receiveBatch } from '#queue/receive/receive-batch.ts';
import { Unrecorded } from '#queue/receive/unrecorded.ts';
import { loggedError } from '#queue/routines/logged-error.ts';

/** Handles the messages of one queue that SQS has delivered, and answers which of them are to come back. */
export type SqsConsumerHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Leases outlast the invocation by so many seconds, as do the times for which the queue hides what it delivers. */
const leaseSlackSeconds = 30;
/** Left for the end of the invocation, in milliseconds. */
const returnMs = 250;

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
  const figures = openFigures('sqs-consumer', process.env);
  const log = countedLog(functionLog('sqs-consumer'), figures);
  const database = countedDatabase(
    queueDatabase(readDatabaseUrl(process.env), openDatabase),
    figures,
  );
  const access = awsAccess(process.env);
  const urls = readQueueUrls(process.env);
  const settings = readWakeUpSettings(process.env);
  const queues = [...registry.queues.keys()];
  const wake = settings && wakeForStored({ settings, database, number: 0, queues, log });
  const unrecorded = new Unrecorded();
  const onFigures = figures && { onFigures: figures.drained.bind(figures) };

  return writingFigures(figures, async ({ Records: given }: SQSEvent, context: Context) => {
    const bound = boundLog(log, { requestId: context.awsRequestId });
    const remainingMs = () => context.getRemainingTimeInMillis();
    const queue = queueOn(registry, urls.queueAt(given[0]?.eventSourceARN ?? ''));
    const records = readRecords(given, bound);
    const carrier = { access, queueUrl: urls.of(queue), records, remainingMs, log: bound };
    const { acknowledged, hasStored, counted } = await receiveBatch(records, {
      ...{ queue, database, log: bound, carrier: sqsCarrier(carrier), remainingMs },
      leaseSeconds: Math.ceil(remainingMs() / 1000) + leaseSlackSeconds,
      ...onFigures,
    });
    unrecorded.add(counted, queue.policy);
    const recording = unrecorded.record(database, remainingMs() - returnMs, bound);
    const recorded = recording.catch((error: unknown) => {
      bound.error('what was handled could not be counted', loggedError(error));
    });
    await Promise.all([recorded, hasStored && wake?.(remainingMs())]);
    // What could not be read is among those that SQS is to keep.
    const left = given.filter(({ messageId }) => !acknowledged.has(messageId));
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

/** Throws for a queue that this code does not have on SQS: a deployment whose parts do not fit is for a person to mend. */
function queueOn({ queues }: Registry, name: string): Queue {
  const queue = queues.get(name);
  if (!queue || !isOnSqs(queue))
    throw new TypeError(`queue "${name}" is not on SQS in this registry`);
  return queue;
}
