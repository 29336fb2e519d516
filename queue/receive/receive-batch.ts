// This wing handles what a carrier such as SQS has delivered, for queues whose messages it carries: from a batch of them to what
// becomes of each. Handlers are run by the wings of a drain. To read it: this file; turns.ts, the order of work, with take-leases.ts
// and settle-members.ts, its two calls of the database; then waits.ts, what a carrier cannot keep.
import { Pace } from '#queue/drain/pace.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { RecordedQueue } from '#queue/routines/record-drain.ts';
import { oneOfEach } from './copies.ts';
import { Line, linesOf } from './lines.ts';
import type { Received } from './received.ts';
import { openReception, type Reception, type ReceptionOptions } from './reception.ts';
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
  await new Turns(reception, { pace, alone: false }).take(lines, options.turnless);
  await handleSuspects(reception);
  const durationMs = Math.round(monotonicMs() - startedAt);
  const summary = { ...report.counts, durationMs };
  runtime.log.info('received', { queue: runtime.queue.name, ...summary });
  options.onFigures?.(report.tally.figures(summary));
  const counts = { ...report.takeUnrecorded(), ...pace.takeUnrecorded() };
  const counted = { queue: runtime.queue.name, ...counts };
  return { acknowledged: fates.acknowledged, hasStored: reception.stored > 0, counted };
}

/**
 * A suspect may have ended the process that had it. Each is handled alone, once everything else is deleted: should one end this
 * process as well, it spends an attempt of its own and none of anybody else's.
 */
async function handleSuspects(reception: Reception): Promise<void> {
  const { runtime, pace, deadline, fates, report } = reception;
  const suspects = reception.suspects.splice(0);
  report.tally.suspects += suspects.length;
  // How long other handlers took says nothing about these.
  const own = new Pace(runtime.queue.policy, pace.runs);
  for (const [n, suspect] of suspects.entries()) {
    await fates.tellAll();
    if (!deadline.hasTimeFor(own.slowestMs)) {
      for (const left of suspects.slice(n)) fates.hide(left, 0);
      break;
    }
    await new Turns(reception, { pace: own, alone: true }).take([new Line([suspect])]);
  }
  if (suspects.length > 0) await fates.tellAll();
}
