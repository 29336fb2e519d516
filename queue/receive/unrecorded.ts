// What was handled and is not in the history yet, over the invocations of one process. A batch is at most ten messages, so that a
// record of each would be as many calls of the database as there are settles, and all for the same rows.
import type { Database } from '#queue/database.ts';
import type { QueuePolicy } from '#queue/declare/queue.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { type RecordedQueue, recordDrain } from '#queue/routines/record-drain.ts';

/** Between two records, in milliseconds. What is not recorded when the process ends is less than this time's work. */
const everyMs = 5_000;
/** A record is waited for no longer than this, in milliseconds: it is the least of what an invocation does. */
const longestMs = 2_000;

export class Unrecorded {
  readonly #batches: RecordedQueue[] = [];
  #recordedAt = Number.NEGATIVE_INFINITY;

  /** Where the queue's policy has only failures remembered, nothing of what has simply succeeded is counted. */
  add(batch: RecordedQueue, { history }: Pick<QueuePolicy, 'history'>): void {
    this.#batches.push(history === 'all' ? batch : failuresIn(batch));
  }

  /** Records what was counted, every few seconds. Rejects as recordDrain does. remainingMs: how long there is time. */
  async record(database: Database, remainingMs: number, log: Log): Promise<void> {
    if (remainingMs <= 0 || monotonicMs() - this.#recordedAt < everyMs) return;
    this.#recordedAt = monotonicMs();
    const budgetMs = Math.min(longestMs, remainingMs);
    await recordDrain(database, this.#batches.splice(0), { budgetMs, log });
  }
}

/** How long handlers ran, and for how long messages had waited, is known of all together only. */
const failuresIn = (batch: RecordedQueue): RecordedQueue => ({
  ...batch,
  claimed: batch.claimed - batch.done,
  done: 0,
  ...{ runMs: 0, waits: [], runs: [] },
});
