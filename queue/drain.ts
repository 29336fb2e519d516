// What a tick does: claim, handle, settle until the queues are empty or time is short.
import type { Database } from './database.ts';
import { Deadline } from './deadline.ts';
import { drainLane } from './drain-lane.ts';
import { Lane } from './lane.ts';
import type { Log } from './log.ts';
import { Look } from './look.ts';
import { maintain } from './maintain.ts';
import type { Registry } from './registry.ts';
import { type DrainSummary, emptySummary } from './summary.ts';
import { surroundingsOf } from './surroundings.ts';
import { type QueueWork, survey } from './survey.ts';
import { handleSuspects } from './suspects.ts';

export interface Drain {
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Log;
  /** The time that the invocation has left, in milliseconds. */
  readonly remainingMs: () => number;
}

/** Share of the time kept for suspects when there are any: a queue that never empties must not starve them. */
const suspectsShare = 0.5;

/**
 * Drains every queue of the registry, side by side, and logs and returns what happened. Throws when the database
 * stays away or refuses: what was claimed comes back when its lease ends.
 */
export async function drain(drain: Drain): Promise<DrainSummary> {
  const startedAt = performance.now();
  const deadline = new Deadline(drain.remainingMs);
  const summary = emptySummary();
  const names = [...drain.registry.queues.keys()];
  const { queues, maintenanceDue } = await survey(drain.database, names, deadline.callBudgetMs);
  try {
    await drainFresh(drain, queues, deadline, summary);
    await drainSuspects(drain, queues, deadline, summary);
    if (maintenanceDue) await maintain(drain.database);
  } finally {
    summary.durationMs = Math.round(performance.now() - startedAt);
    drain.log.info('drained', { ...summary });
  }
  return summary;
}

/** All queues at once: a slow one does not keep the others waiting. One that fails does not end the others. */
async function drainFresh(
  drain: Drain,
  queues: readonly QueueWork[],
  deadline: Deadline,
  summary: DrainSummary,
): Promise<void> {
  const hasSuspects = queues.some(({ suspects }) => suspects);
  const until = hasSuspects ? deadline.reserving(suspectsShare) : deadline;
  const lanes = queues
    .filter(({ fresh }) => fresh)
    .map(({ queue, cursor }) => openLane(drain, queue, Look.from(cursor), until, summary));
  const ended = await Promise.allSettled(lanes.map(drainLane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function drainSuspects(
  drain: Drain,
  queues: readonly QueueWork[],
  deadline: Deadline,
  summary: DrainSummary,
): Promise<void> {
  for (const { queue, suspects } of queues)
    if (suspects)
      await handleSuspects(() => openLane(drain, queue, Look.over(), deadline, summary));
}

function openLane(
  { registry, database, log }: Drain,
  name: string,
  look: Look,
  deadline: Deadline,
  summary: DrainSummary,
): Lane {
  const queue = registry.queues.get(name);
  if (!queue) throw new Error(`the survey named "${name}", which is not in the registry`);
  return new Lane(surroundingsOf(queue, database, log), look, deadline, summary);
}
