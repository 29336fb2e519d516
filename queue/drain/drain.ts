// What a tick does: claim, handle, settle until the queues are empty or time is short.
import type { Database, Session } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { type Surroundings, surroundingsOf } from '#queue/handle/queue-runtime.ts';
import type { Log } from '#queue/log.ts';
import { maintain } from '#queue/routines/maintain.ts';
import { recordDrain } from '#queue/routines/record-drain.ts';
import { type QueueWork, type Survey, survey } from '#queue/routines/survey.ts';
import { Look } from './claim-position.ts';
import { Deadline } from './deadline.ts';
import { drainLane } from './drain-lane.ts';
import { fireSchedules } from './fire-schedules.ts';
import { Lane } from './lane.ts';
import { type DrainSummary, emptySummary, type LaneSummary, sum } from './summary.ts';
import { handleSuspects } from './suspects.ts';

export interface Drain {
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Log;
  /** The time that the invocation has left, in milliseconds. */
  readonly remainingMs: () => number;
  /** Opens a connection; needed where handlers are transactional. */
  readonly openSession?: () => Promise<Session>;
}

/** Shares of the time that a queue that never empties must leave: for suspects when there are any, … */
const suspectsShare = 0.5;
/** … else for maintenance when it is due. */
const maintenanceShare = 0.1;

interface Run extends Drain {
  readonly deadline: Deadline;
  /** What was done, by queue. */
  readonly lanes: Map<string, LaneSummary>;
  /** By queue, so that the next lane of a queue knows how fast its handlers are. */
  readonly surroundings: Map<string, Surroundings>;
}

/**
 * Drains every queue of the registry, side by side, and logs and returns what happened. Throws when the database
 * stays away or refuses: what was claimed comes back when its lease ends.
 */
export async function drain(drain: Drain): Promise<DrainSummary> {
  const startedAt = performance.now();
  const deadline = new Deadline(drain.remainingMs);
  const run: Run = { ...drain, deadline, lanes: new Map(), surroundings: new Map() };
  try {
    const { queues, maintenanceDue } = await drainFresh(run);
    await drainSuspects(run, queues);
    await recordDrain(drain.database, run.lanes, deadline, drain.log);
    if (maintenanceDue && deadline.hasTimeFor(0))
      await maintain(drain.database, deadline, drain.log);
  } catch (error) {
    report(run, startedAt);
    throw error;
  }
  return report(run, startedAt);
}

/** What was done, logged. */
function report({ lanes, log }: Run, startedAt: number): DrainSummary {
  const durationMs = Math.round(performance.now() - startedAt);
  const summary = { ...sum(lanes.values()), durationMs };
  log.info('drained', { ...summary });
  return summary;
}

/** Until a survey finds nothing new: handlers enqueue follow-ups for queues that were empty before. */
async function drainFresh(run: Run): Promise<Survey> {
  const first = await firstLook(run);
  const until = run.deadline.reserving(reservedShare(first));
  for (let surveyed = first; ; surveyed = await look(run, surveyed)) {
    const claimedBefore = sum(run.lanes.values()).claimed;
    await drainQueues(run, surveyed.queues, until);
    const isNothingNew = sum(run.lanes.values()).claimed === claimedBefore;
    if (isNothingNew || !until.hasTimeFor(0)) return surveyed;
  }
}

/** Due schedules come first, so that what they enqueue is handled in the same drain. */
async function firstLook(run: Run): Promise<Survey> {
  const surveyed = await look(run);
  const { callBudgetMs: budgetMs } = run.deadline;
  return (await fireSchedules({ ...run, surveyed, budgetMs })) ? look(run, surveyed) : surveyed;
}

function reservedShare({ queues, maintenanceDue }: Survey): number {
  if (queues.some(({ suspects }) => suspects)) return suspectsShare;
  return maintenanceDue ? maintenanceShare : 0;
}

const look = ({ database, registry, deadline }: Run, last?: Survey): Promise<Survey> =>
  survey(database, [...registry.queues.keys()], {
    since: last?.since,
    budgetMs: deadline.callBudgetMs,
  });

/** All queues at once: a slow one does not keep the others waiting. One that fails does not end the others. */
async function drainQueues(run: Run, queues: readonly QueueWork[], until: Deadline): Promise<void> {
  const lanes = queues
    .filter(({ fresh }) => fresh)
    .map(({ queue, cursor }) => openLane({ ...run, deadline: until }, queue, Look.from(cursor)));
  const ended = await Promise.allSettled(lanes.map(drainLane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function drainSuspects(run: Run, queues: readonly QueueWork[]): Promise<void> {
  // How long others took says nothing about a suspect, and must not keep it from being tried.
  const openSuspectLane = (queue: string) =>
    openLane({ ...run, surroundings: new Map() }, queue, Look.over());
  for (const { queue, suspects } of queues)
    if (suspects) await handleSuspects(() => openSuspectLane(queue));
}

function openLane(run: Run, name: string, look: Look): Lane {
  const queue = run.registry.queues.get(name);
  if (!queue) throw new Error(`the survey named "${name}", which is not in the registry`);
  const summary = run.lanes.get(name) ?? emptySummary();
  run.lanes.set(name, summary);
  const known = run.surroundings.get(name);
  const surroundings = known ?? surroundingsOf(queue, run.database, openSession(run), run.log);
  run.surroundings.set(name, surroundings);
  return new Lane(surroundings, look, run.deadline, summary);
}

function openSession({ openSession: open }: Run): () => Promise<Session> {
  return open ?? (() => Promise.reject(new TypeError('transactional handlers need openSession')));
}
