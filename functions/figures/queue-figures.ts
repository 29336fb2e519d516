// Figures that the database has to be asked for, one statement for all of them, where a deployment wants them.

import type { QueueMetric } from '#functions/metrics.ts';
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { askFigures, type QueueFigures } from '#queue/routines/ask-figures.ts';
import type { Figures } from './figures.ts';

/** Each queue has six metrics, and each of these its price. */
const mostQueues = 20;
/** As long as the database lets pass between two answers: until then this sandbox does not even ask. */
const everyMs = 55_000;
/** It is the last and the least of what an invocation does. */
const longestMs = 3_000;
/** Left for the end of the invocation. */
const returnMs = 500;

interface Asking {
  readonly figures: Figures;
  readonly database: Database;
  readonly queues: readonly string[];
  readonly log: Log;
}

/** A function that asks and writes, at most once a minute. remainingMs: what the invocation has left. */
export function queueFigures({ figures, database, queues, log }: Asking) {
  const inOrder = queues.toSorted();
  const [measured, leftOut] = [inOrder.slice(0, mostQueues), inOrder.slice(mostQueues)];
  if (leftOut.length > 0) log.warn('queues without metrics of their own', { queues: leftOut });
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (remainingMs: number): Promise<void> => {
    const budgetMs = Math.min(longestMs, remainingMs - returnMs);
    if (budgetMs <= 0 || monotonicMs() - askedAt < everyMs) return;
    askedAt = monotonicMs();
    const { since } = figures;
    const found = await askFigures(database, measured, { since, budgetMs, log });
    if (!found) return;
    figures.measure('DeadTuples', found.deadTuples);
    figures.measure('OldestSnapshot', found.oldestSnapshotSeconds);
    for (const each of found.queues) figures.writeQueue(each.queue, metricsOf(each));
  };
}

const metricsOf = (found: QueueFigures): ReadonlyMap<QueueMetric, number> =>
  new Map([
    ['OldestWaiting', found.oldestWaitingSeconds],
    ['Pending', found.pending],
    ['Processing', found.processing],
    ['Scheduled', found.scheduled],
    ['Blocked', found.blocked],
    ['DeadLetters', found.dead],
  ]);
