// Where no tick comes each minute, a drain sees to it that another one follows: shortly, while there is work that it may
// not live to finish, and at its end when something is due again.
import { type NextDue, nextDue } from '#queue/routines/next-due.ts';
import type { Survey } from '#queue/routines/survey.ts';
import type { DrainState } from './drain-state.ts';
import { foreignSchedules } from './fire-schedules.ts';

/** What a process that has died leaves is looked at after this time, in milliseconds: as soon as a tick would. */
const soonMs = 60_000;
/** Neither the question what is due nor arming may take longer than this, in milliseconds. */
const longestMs = 5_000;
/** With less than this left there is no use in asking, in milliseconds. */
const leastMs = 500;

/** Arms a wake-up for the case that this drain does not live to arm the right one. */
export async function armForSafety(state: DrainState, { now }: Survey): Promise<void> {
  await state.arm?.(soonAfter(new Date(now)), budgetMs(state));
}

/** Arms the wake-up for what is due next. last: the drain's last survey, when there was one. */
export async function armNext(state: DrainState, last: Survey | undefined): Promise<void> {
  const { arm, database, registry, parts } = state;
  if (!arm) return;
  const options = {
    since: last?.since,
    foreignSchedules: last ? foreignSchedules(registry, last) : [],
    budgetMs: budgetMs(state),
  };
  const ask = () => nextDue(database, [...registry.queues.keys()], options);
  const hasTime = options.budgetMs >= leastMs;
  const due = hasTime ? await parts.run('next wake-up', ask) : undefined;
  // A database that does not answer cannot tell its time, either. Somebody has to look again all the same.
  await arm(due ?? soonAfter(new Date()), budgetMs(state));
}

const budgetMs = ({ deadline }: DrainState) => Math.min(longestMs, deadline.settleBudgetMs);

const soonAfter = (now: Date): NextDue => ({
  now: now.toISOString(),
  dueAt: new Date(now.getTime() + soonMs).toISOString(),
});
