// This wing drains queues: what a tick does, from the survey of what is due until the queues are empty or time is short. To
// read it: drain.ts, which applications call; this file, which our functions call; lane.ts, one queue in one drain, with next-step.ts, which decides what a lane does next, and
// handler-pool.ts, which runs its handlers; then suspects.ts and fire-schedules.ts, the other kinds of work, and
// parts.ts, which keeps them from stopping each other. cover.ts and next-wake-up.ts are for deployments where something else
// than a tick each minute wakes the consumer. What is left serves these: pace, deadline and claim position, leases and
// timeouts, counts and reports.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { maintain } from '#queue/routines/maintain.ts';
import { recordDrain } from '#queue/routines/record-drain.ts';
import { type QueueWork, type Survey, survey } from '#queue/routines/survey.ts';
import { startAt } from './claim-position.ts';
import { Cover } from './cover.ts';
import { Deadline } from './deadline.ts';
import { type DrainState, type InvocationOptions, queueState } from './drain-state.ts';
import { endChords } from './end-chords.ts';
import { DrainTally } from './figures.ts';
import { fireSchedules, foreignSchedules } from './fire-schedules.ts';
import { HandOver } from './hand-over.ts';
import { Lane } from './lane.ts';
import { LaneProgress } from './lane-progress.ts';
import { armForSafety, armNext } from './next-wake-up.ts';
import { Parts } from './parts.ts';
import { type DrainSummary, sum } from './summary.ts';
import { SuspectQueue } from './suspect-queue.ts';
import { handleSuspects } from './suspects.ts';

/** The share of a drain's time that even a queue which never empties must leave to suspects, when there are any. */
const suspectsShare = 0.5;
/** The share for maintenance that is due; when there are suspects, the share of their time. */
const maintenanceShare = 0.1;
/** What a long drain has done is recorded this often, so that it stands in the minutes in which it was done. */
const recordEveryMs = 60_000;
/** Recording is waited for no longer than this, in milliseconds: it is the least of what a drain does. */
const longestRecordMs = 5_000;

/** Drains as drain.ts says, and in the modes of a deployment: see InvocationOptions. */
export async function drainInvocation(options: InvocationOptions): Promise<DrainSummary> {
  const startedAt = monotonicMs();
  const deadline = new Deadline(options.remainingMs);
  const parts = new Parts(options.log);
  const { database, eager } = options;
  const cover = eager && new Cover({ database, deadline, parts });
  const tally = new DrainTally();
  const queues = new Map();
  const state: DrainState = { ...options, deadline, parts, cover, tally, queues, handedOver: 0 };
  const [first] = await Promise.all([
    deadline.hasTimeToLook ? parts.run('survey', () => surveyQueues(state, deadline)) : undefined,
    // Whoever woke this drain has been promised that it looks.
    eager?.isWoken && cover?.take(),
  ]);
  const last = first && (await drainSurveyed(state, first));
  await armNext(state, last);
  const summary = report(state, startedAt);
  parts.throwFirst();
  return summary;
}

/** Answers the last survey. */
async function drainSurveyed(state: DrainState, first: Survey): Promise<Survey> {
  const recording = setInterval(() => void runRecord(state), recordEveryMs);
  try {
    return await drainAll(state, first);
  } finally {
    clearInterval(recording);
  }
}

async function drainAll(state: DrainState, first: Survey): Promise<Survey> {
  const { database, deadline, log, parts } = state;
  const prepared = hasWork(state, first) && [state.cover?.take(), armForSafety(state, first)];
  const handOver = new HandOver(state, first);
  const last = await drainFresh(state, first);
  const { queues, maintenanceDue } = last;
  await handOver.end();
  await state.cover?.giveUp();
  await drainSuspects(state, queues, deadline.reserving(maintenanceDue ? maintenanceShare : 0));
  // Suspects may have been the last of theirs. What follows is for the next drain, as whatever comes from now on.
  if (last.chordsOpen && queues.some(({ suspects }) => suspects)) await endChords(state, deadline);
  await runRecord(state);
  if (maintenanceDue && deadline.hasTimeFor(0))
    await parts.run('maintenance', () => maintain(database, deadline, log));
  // Of lanes that were held up.
  await parts.ended();
  await runRecord(state);
  await Promise.all(prepared || []);
  return last;
}

/** Schedules that only other code can fire are no work: they stay due. */
const hasWork = ({ registry }: DrainState, surveyed: Survey) =>
  surveyed.queues.length > 0 ||
  surveyed.schedules.length > foreignSchedules(registry, surveyed).length;

/** Logs what was done, and answers it. */
function report(state: DrainState, startedAt: number): DrainSummary {
  const durationMs = Math.round(monotonicMs() - startedAt);
  const { handedOver } = state;
  const summary = { ...total(state), durationMs, ...(handedOver > 0 && { handedOver }) };
  state.log.info('drained', { ...summary });
  state.onFigures?.(state.tally.figures(summary));
  return summary;
}

const total = ({ queues }: DrainState) =>
  sum(Array.from(queues.values(), ({ report }) => report.counts));

/** Records what was done since it was recorded last. */
const runRecord = (state: DrainState) => state.parts.run('record', () => record(state));

function record({ queues, database, log, deadline }: DrainState): Promise<void> {
  const rows = Array.from(queues, ([queue, { report, pace }]) => {
    return { queue, ...report.takeUnrecorded(), ...pace.takeUnrecorded() };
  });
  const budgetMs = Math.min(longestRecordMs, deadline.settleBudgetMs);
  return recordDrain(database, rows, { budgetMs, log });
}

/**
 * Surveys and drains again until nothing more was claimed, since handlers, and chords that end, may enqueue for queues that were
 * empty before.
 * Due schedules are fired first, so that their messages are handled by this very drain. Answers the last survey.
 */
async function drainFresh(state: DrainState, first: Survey): Promise<Survey> {
  const until = state.deadline.reserving(reservedShare(first));
  const again = (last: Survey) => state.parts.run('survey', () => surveyQueues(state, until, last));
  const { callBudgetMs: budgetMs } = until;
  const fire = () => fireSchedules({ ...state, surveyed: first, budgetMs });
  let surveyed = first;
  const hasFired = await state.parts.runAwhile('schedules', fire);
  // When some failed, or take long, others may have fired.
  let next = hasFired === false || !until.hasTimeToLook ? first : await again(first);
  while (next) {
    surveyed = next;
    const claimedBefore = total(state).claimed;
    await drainQueues(state, surveyed.queues, until);
    const { claimed } = total(state);
    if (!until.hasTimeFor(0)) break;
    const ended = surveyed.chordsOpen ? await endChords(state, until) : 0;
    if (claimed > claimedBefore || ended > 0) {
      await state.cover?.gather();
      next = await again(surveyed);
    } else next = await state.cover?.lookAgain(claimed, () => again(surveyed));
    if (next) await state.parts.oneMoreCall();
  }
  return surveyed;
}

function reservedShare({ queues, maintenanceDue }: Survey): number {
  if (queues.some(({ suspects }) => suspects)) return suspectsShare;
  return maintenanceDue ? maintenanceShare : 0;
}

async function surveyQueues(
  { database, registry, parts, tally }: DrainState,
  until: Deadline,
  last?: Survey,
): Promise<Survey> {
  const queues = [...registry.queues.keys()];
  const budgetMs = parts.areUnderWay ? until.callBudgetMs : until.lookBudgetMs;
  return tally.surveyed(await survey(database, queues, { since: last?.since, budgetMs }));
}

/** All queues side by side: a slow one keeps no other waiting. */
async function drainQueues(
  state: DrainState,
  queues: readonly QueueWork[],
  until: Deadline,
): Promise<void> {
  const lanes = queues
    .filter(({ queue, fresh }) => fresh && !state.parts.isOut(queue))
    .map(({ queue, cursor, kibEach }) => {
      const known = queueState(state, queue);
      known.pace.surveyed(kibEach);
      const position = startAt(cursor);
      const lane = new Lane({
        ...known,
        position,
        deadline: until,
        lanes: () => state.parts.lanes,
      });
      known.progress = new LaneProgress(known, cursor);
      return state.parts.runLane(queue, lane).then(() => {
        known.progress = undefined;
      });
    });
  await Promise.all(lanes);
}

function drainSuspects(
  state: DrainState,
  queues: readonly QueueWork[],
  until: Deadline,
): Promise<void> {
  const withSuspects = queues.filter(({ suspects }) => suspects);
  const inQueues = withSuspects.map(({ queue }) => new SuspectQueue(state, queue, until));
  return handleSuspects(inQueues, state.parts);
}
