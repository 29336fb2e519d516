import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { answerWithin } from './answer-within.ts';
import { isTransient } from './failure-kind.ts';

/** What a drain did, in numbers of deliveries. */
export interface DrainCounts {
  /** Taken from their queues. */
  claimed: number;
  /** Ended with success; in a queue on SQS, relayed. */
  done: number;
  /** Whose attempt failed, and which are tried again. */
  retried: number;
  /** Which come back without having spent an attempt. */
  snoozed: number;
  /** Which became dead letters. */
  dead: number;
  /** Claimed and given back unstarted. */
  released: number;
  /** Whose lease was lost: their outcome was not recorded. */
  stale: number;
}

export interface RecordedQueue extends Readonly<DrainCounts> {
  readonly queue: string;
  /** For how long handlers ran in all: with the counts, the queue's pace. */
  readonly runMs: number;
  /** How many deliveries had been due for how long when they were claimed, by class; holes where there were none. */
  readonly waits: readonly number[];
  /** How many runs of handlers took how long. */
  readonly runs: readonly number[];
}

/**
 * Records what a drain did in each queue, from which rates and history are made; queues where nothing was done are left
 * out. The call is made once, whatever becomes of it: a repeated call would count twice, and a missing record only
 * lowers a rate, since everything that matters has been settled by then. budgetMs: how long to wait for the answer.
 */
export async function recordDrain(
  database: Database,
  queues: readonly RecordedQueue[],
  { budgetMs, log }: { readonly budgetMs: number; readonly log: Log },
): Promise<void> {
  const busy = queues.filter((queue) => Object.values(queue).some((count) => count > 0));
  if (busy.length === 0) return;
  const call = database.query('select millrace.record_drain($1)', [JSON.stringify(busy)]);
  try {
    await answerWithin(budgetMs, call);
  } catch (error) {
    if (!(error instanceof Error && isTransient(error))) throw error;
    log.warn('the drain could not be recorded', { reason: error.name });
  }
}
