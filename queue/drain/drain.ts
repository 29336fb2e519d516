// This wing drains queues: what a tick does, from the survey of what is due until the queues are empty or time is short. To
// read it: this file; lane.ts, one queue in one drain, with next-step.ts, which decides what a lane does next, and
// handler-pool.ts, which runs its handlers; then suspects.ts and fire-schedules.ts, the other kinds of work. What is
// left serves these: pace, deadline and claim position, leases and timeouts, counts and reports.
import { maintain } from '#queue/routines/maintain.ts';
import { recordDrain } from '#queue/routines/record-drain.ts';
import { type QueueWork, type Survey, survey } from '#queue/routines/survey.ts';
import { atEnd, startAt } from './claim-position.ts';
import { Deadline } from './deadline.ts';
import { type DrainOptions, type DrainState, queueState } from './drain-state.ts';
import { fireSchedules } from './fire-schedules.ts';
import { Lane } from './lane.ts';
import { Pace } from './pace.ts';
import { type DrainSummary, sum } from './summary.ts';
import { handleSuspects } from './suspects.ts';

/** The share of a drain's time that even a queue which never empties must leave to suspects, when there are any. */
const suspectsShare = 0.5;
/** The share for maintenance that is due, when there are no suspects. */
const maintenanceShare = 0.1;

/**
 * Drains every queue of the registry, side by side, until they are empty or the time is up; logs and answers what was
 * done. Throws when the database stays away or refuses: what was claimed comes back when its lease ends. Throws
 * SessionUnavailable when transactional handlers got no connection: everything claimed is settled or released then.
 */
export async function drain(options: DrainOptions): Promise<DrainSummary> {
  const startedAt = performance.now();
  const deadline = new Deadline(options.remainingMs);
  const state: DrainState = { ...options, deadline, queues: new Map() };
  let summary: DrainSummary;
  try {
    const { queues, maintenanceDue } = await drainFresh(state);
    await drainSuspects(state, queues);
    await record(state);
    if (maintenanceDue && deadline.hasTimeFor(0))
      await maintain(options.database, deadline, options.log);
  } finally {
    summary = report(state, startedAt);
  }
  return summary;
}

/** Logs what was done, and answers it. */
function report(state: DrainState, startedAt: number): DrainSummary {
  const durationMs = Math.round(performance.now() - startedAt);
  const summary = { ...total(state), durationMs };
  state.log.info('drained', { ...summary });
  return summary;
}

const total = ({ queues }: DrainState) =>
  sum(Array.from(queues.values(), ({ report }) => report.counts));

function record({ queues, database, log, deadline }: DrainState): Promise<void> {
  const rows = Array.from(queues, ([queue, { report }]) => ({ queue, ...report.counts }));
  return recordDrain(database, rows, { budgetMs: deadline.callBudgetMs, log });
}

/**
 * Surveys and drains again until nothing more was claimed, since handlers may enqueue for queues that were empty before.
 * Answers the last survey.
 */
async function drainFresh(state: DrainState): Promise<Survey> {
  const first = await firstSurvey(state);
  const until = state.deadline.reserving(reservedShare(first));
  for (let surveyed = first; ; surveyed = await surveyQueues(state, surveyed)) {
    const claimedBefore = total(state).claimed;
    await drainQueues(state, surveyed.queues, until);
    const isNothingNew = total(state).claimed === claimedBefore;
    if (isNothingNew || !until.hasTimeFor(0)) return surveyed;
  }
}

/** Fires due schedules first, so that their messages are handled by this very drain. */
async function firstSurvey(state: DrainState): Promise<Survey> {
  const surveyed = await surveyQueues(state);
  const { callBudgetMs: budgetMs } = state.deadline;
  return (await fireSchedules({ ...state, surveyed, budgetMs }))
    ? surveyQueues(state, surveyed)
    : surveyed;
}

function reservedShare({ queues, maintenanceDue }: Survey): number {
  if (queues.some(({ suspects }) => suspects)) return suspectsShare;
  return maintenanceDue ? maintenanceShare : 0;
}

const surveyQueues = (
  { database, registry, deadline }: DrainState,
  last?: Survey,
): Promise<Survey> =>
  survey(database, [...registry.queues.keys()], {
    since: last?.since,
    budgetMs: deadline.callBudgetMs,
  });

/** All queues side by side: a slow one keeps no other waiting, and one that fails throws only when all others are done. */
async function drainQueues(
  state: DrainState,
  queues: readonly QueueWork[],
  until: Deadline,
): Promise<void> {
  const lanes = queues
    .filter(({ fresh }) => fresh)
    .map(({ queue, cursor }) => {
      const position = startAt(cursor);
      return new Lane({ ...queueState(state, queue), position, deadline: until });
    });
  const ended = await Promise.allSettled(lanes.map((lane) => lane.drain()));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function drainSuspects(state: DrainState, queues: readonly QueueWork[]): Promise<void> {
  // A suspect gets a pace of its own: how long other handlers took says nothing about it, and must not keep it from being
  // tried in the time that is left.
  const openLane = (queue: string) => {
    const known = queueState(state, queue);
    const pace = new Pace(known.runtime.queue.policy);
    return new Lane({ ...known, pace, position: atEnd, deadline: state.deadline });
  };
  for (const { queue, suspects } of queues)
    if (suspects) await handleSuspects(() => openLane(queue));
}
