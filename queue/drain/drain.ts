// What a tick does: claim, handle, settle until the queues are empty or time is short.
import type { Database, Session } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { type QueueRuntime, queueRuntime } from '#queue/handle/queue-runtime.ts';
import type { Log } from '#queue/log.ts';
import { maintain } from '#queue/routines/maintain.ts';
import { type DrainCounts, recordDrain } from '#queue/routines/record-drain.ts';
import { type QueueWork, type Survey, survey } from '#queue/routines/survey.ts';
import { ClaimPosition } from './claim-position.ts';
import { Deadline } from './deadline.ts';
import { fireSchedules } from './fire-schedules.ts';
import { Lane } from './lane.ts';
import { Pace } from './pace.ts';
import { type DrainSummary, noCounts, sum } from './summary.ts';
import { handleSuspects } from './suspects.ts';

export interface DrainOptions {
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

interface DrainState extends DrainOptions {
  readonly deadline: Deadline;
  /** By queue, for all lanes that it gets in this drain. */
  readonly queues: Map<string, QueueState>;
}

/** What the next lane of a queue goes on with. */
interface QueueState {
  readonly runtime: QueueRuntime;
  readonly pace: Pace;
  readonly counts: DrainCounts;
}

/**
 * Drains every queue of the registry, side by side, and logs and returns what happened. Throws when the database
 * stays away or refuses: what was claimed comes back when its lease ends.
 */
export async function drain(options: DrainOptions): Promise<DrainSummary> {
  const startedAt = performance.now();
  const deadline = new Deadline(options.remainingMs);
  const state: DrainState = { ...options, deadline, queues: new Map() };
  try {
    const { queues, maintenanceDue } = await drainFresh(state);
    await drainSuspects(state, queues);
    await record(state);
    if (maintenanceDue && deadline.hasTimeFor(0))
      await maintain(options.database, deadline, options.log);
  } catch (error) {
    report(state, startedAt);
    throw error;
  }
  return report(state, startedAt);
}

/** What was done, logged. */
function report({ queues, log }: DrainState, startedAt: number): DrainSummary {
  const durationMs = Math.round(performance.now() - startedAt);
  const summary = { ...sum(queues.values()), durationMs };
  log.info('drained', { ...summary });
  return summary;
}

function record({ queues, database, log, deadline }: DrainState): Promise<void> {
  const rows = Array.from(queues, ([queue, { counts }]) => ({ queue, ...counts }));
  return recordDrain(database, rows, { budgetMs: deadline.callBudgetMs, log });
}

/** Until a survey finds nothing new: handlers enqueue follow-ups for queues that were empty before. */
async function drainFresh(state: DrainState): Promise<Survey> {
  const first = await firstSurvey(state);
  const until = state.deadline.reserving(reservedShare(first));
  for (let surveyed = first; ; surveyed = await surveyQueues(state, surveyed)) {
    const claimedBefore = sum(state.queues.values()).claimed;
    await drainQueues(state, surveyed.queues, until);
    const isNothingNew = sum(state.queues.values()).claimed === claimedBefore;
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
      const position = ClaimPosition.from(cursor);
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
    return new Lane({ ...known, pace, position: ClaimPosition.over(), deadline: state.deadline });
  };
  for (const { queue, suspects } of queues)
    if (suspects) await handleSuspects(() => openLane(queue));
}

function queueState({ queues, registry, ...options }: DrainState, name: string): QueueState {
  const known = queues.get(name);
  if (known) return known;
  const queue = registry.queues.get(name);
  if (!queue) throw new Error(`the survey named "${name}", which is not in the registry`);
  const runtime = queueRuntime(queue, options);
  const state = { runtime, pace: new Pace(queue.policy), counts: noCounts() };
  queues.set(name, state);
  return state;
}
