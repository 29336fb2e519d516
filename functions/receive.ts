// What the SQS consumer does of one database: it handles the messages of a batch that have their receipts there.
import type { Context } from 'aws-lambda';
import type { AwsAccess } from '#functions/aws/access.ts';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, writingFigures } from '#functions/figures/open-figures.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import type { QueueDatabase } from '#functions/runtime/queue-database.ts';
import { sqsCarrier } from '#functions/sqs/carrier.ts';
import type { Part } from '#functions/sqs/in-stages.ts';
import { wakeForStored } from '#functions/wake/wake-for-stored.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { boundLog } from '#queue/log.ts';
import { receiveBatch } from '#queue/receive/receive-batch.ts';
import { Unrecorded } from '#queue/receive/unrecorded.ts';
import { loggedError } from '#queue/routines/logged-error.ts';

/** Leases outlast the invocation by so many seconds, as do the times for which the queue hides what it delivers. */
const leaseSlackSeconds = 30;
/** Left for the end of the invocation, in milliseconds. */
const returnMs = 250;

interface Receiving {
  readonly database: QueueDatabase;
  /** The database's. */
  readonly number: number;
  /** What is on every line of the log. */
  readonly bound: Readonly<Record<string, unknown>>;
  readonly access: AwsAccess;
  /** The names of all queues. */
  readonly queues: readonly string[];
}

/** Where the part comes from. */
interface Source {
  readonly queue: Queue;
  readonly queueUrl: string;
}

/** Handles a part of a batch, and answers the keys of what need not come back. */
export type Receiver = (
  part: Part,
  source: Source,
  context: Context,
) => Promise<ReadonlySet<string>>;

/** Reads the rest of what it is configured with from the environment. Throws a TypeError on what makes no sense in there. */
export function receive({ number, bound, access, queues, ...receiving }: Receiving): Receiver {
  const figures = openFigures('sqs-consumer', process.env, bound);
  const log = countedLog(boundLog(functionLog('sqs-consumer'), bound), figures);
  const database = countedDatabase(receiving.database, figures);
  const settings = readWakeUpSettings(process.env);
  const wake = settings && wakeForStored({ settings, database, number, queues, log });
  const unrecorded = new Unrecorded();
  const onFigures = figures && { onFigures: figures.drained.bind(figures) };

  return writingFigures<Parameters<Receiver>, ReadonlySet<string>>(
    figures,
    async ({ records, turnless }, { queue, queueUrl }, context) => {
      const bound = boundLog(log, { requestId: context.awsRequestId });
      const remainingMs = () => context.getRemainingTimeInMillis();
      const all = [...records, ...turnless];
      const carrier = sqsCarrier({ access, queueUrl, records: all, remainingMs, log: bound });
      const { acknowledged, hasStored, counted } = await receiveBatch(records, {
        ...{ queue, database, log: bound, carrier, remainingMs, turnless },
        leaseSeconds: Math.ceil(remainingMs() / 1000) + leaseSlackSeconds,
        ...onFigures,
      });
      unrecorded.add(counted, queue.policy);
      const recording = unrecorded.record(database, remainingMs() - returnMs, bound);
      const recorded = recording.catch((error: unknown) => {
        bound.error('what was handled could not be counted', loggedError(error));
      });
      await Promise.all([recorded, hasStored && wake?.(remainingMs())]);
      return acknowledged;
    },
  );
}
