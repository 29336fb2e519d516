// What a tick does: claim, handle, settle until the queues are empty or time is short.
import { maintain } from '#queue/routines/maintain.ts';
import { recordDrain } from '#queue/routines/record-drain.ts';
import { type QueueWork, type Survey, survey } from '#queue/routines/survey.ts';
import { atEnd, startAt } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import { type DrainOptions, type DrainState, drainState, queueState } from './drain-state.ts';
import { fireSchedules } from './fire-schedules.ts';
import { Lane } from './lane.ts';
import { Pace } from './pace.ts';
import { type DrainSummary, sum } from './summary.ts';
import { handleSuspects } from './suspects.ts';

/** Shares of the time that a queue that never empties must leave: for suspects when there are any, … */
const suspectsShare = 0.5;
/** … else for maintenance when it is due. */
const maintenanceShare = 0.1;

/**
 * Drains every queue of the registry, side by side, and logs and returns what happened. Throws when the database
 * stays away or refuses: what was claimed comes back when its lease ends.
 */
export async function drain(options: DrainOptions): Promise<DrainSummary> {
  const startedAt = performance.now();
  const state = drainState(options);
  let summary: DrainSummary;
  try {
    const { queues, maintenanceDue } = await drainFresh(state);
    await drainSuspects(state, queues);
    await record(state);
    const { database, deadline, log } = state;
    if (maintenanceDue && deadline.hasTimeFor(0)) await maintain(database, deadline, log);
  } finally {
    summary = report(state, startedAt);
  }
  return summary;
}

/** What was done, logged. */
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

/** Until a survey finds nothing new: handlers enqueue follow-ups for queues that were empty before. */
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

/** Due schedules come first, so that what they enqueue is handled in the same drain. */
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

/** All queues at once: a slow one does not keep the others waiting. One that fails does not end the others. */
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
  // How long others took says nothing about a suspect, and must not keep it from being tried.
  const openLane = (queue: string) => {
    const known = queueState(state, queue);
    const pace = new Pace(known.runtime.queue.policy);
    return new Lane({ ...known, pace, position: atEnd, deadline: state.deadline });
  };
  for (const { queue, suspects } of queues)
    if (suspects) await handleSuspects(() => openLane(queue));
}
