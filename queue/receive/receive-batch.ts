// This wing handles what a carrier such as SQS has delivered, for queues whose messages it carries: from a batch of them to what
// becomes of each. Handlers are run by the wings of a drain. To read it: this file; turns.ts, the order of work, with take-leases.ts
// and settle-members.ts, its two calls of the database; suspects.ts, what comes last; then waits.ts, what a carrier cannot keep.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { RecordedQueue } from '#queue/routines/record-drain.ts';
import { oneOfEach } from './copies.ts';
import { linesOf } from './lines.ts';
import type { Received } from './received.ts';
import { openReception, type ReceptionOptions } from './reception.ts';
import { handleSuspects } from './suspects.ts';
import { Turns } from './turns.ts';

export interface HandledBatch {
  /** The keys of the copies that nobody needs any more. All others are to come back. */
  readonly acknowledged: ReadonlySet<string>;
  /** Whether deliveries have gone into Postgres, for which a consumer may have to be woken. */
  readonly hasStored: boolean;
  /** What was done, for the history. */
  readonly counted: RecordedQueue;
}

/**
 * Handles one batch. What has failed is hidden until its next attempt. Never rejects because of the database: what it does not
 * remember comes back, and so does what there was no time for.
 */
export async function receiveBatch(
  received: readonly Received[],
  options: ReceptionOptions & {
    /** What stands behind one that is to come back, and is only given back. Default: nothing. */
    readonly turnless?: readonly Received[];
  },
): Promise<HandledBatch> {
  const startedAt = monotonicMs();
  const reception = openReception(options);
  const { runtime, report, pace, fates } = reception;
  const { kept, spare } = oneOfEach(received);
  for (const copy of spare) fates.acknowledge(copy);
  const lines = linesOf(kept, runtime.queue.policy.engine === 'sqs-fifo');
  await new Turns(reception, { pace, suspects: 0 }).take(lines, options.turnless);
  await handleSuspects(reception);
  const durationMs = Math.round(monotonicMs() - startedAt);
  const summary = { ...report.counts, durationMs };
  runtime.log.info('received', { queue: runtime.queue.name, ...summary });
  options.onFigures?.(report.tally.figures(summary));
  const counts = { ...report.takeUnrecorded(), ...pace.takeUnrecorded() };
  const counted = { queue: runtime.queue.name, ...counts };
  return { acknowledged: fates.acknowledged, hasStored: reception.stored > 0, counted };
}
