// What simulated days came to, as a person reads it: how late handlers began, and for how long the database was awake.
import { hoursOfMonth, touchSeconds } from '#infra/cost/assumptions.ts';
import { idle } from '#infra/cost/load.ts';
import { computeCost } from '#infra/cost/monthly-costs.ts';
import type { SleepingDays } from './sleeping-week.ts';

const hourMs = 3_600_000;

export function report({ days, deliveries, lateness, invocations, ...rest }: SleepingDays): string {
  const { inTime, behindLost, unarmed } = lateness;
  const lost = invocations.filter(({ isLost }) => isLost).length;
  const hours = days * 24;
  const awake = awakeHours(rest.queryTimes);
  const usd = (awakeFor: number) => `$${(computeCost(idle, awakeFor) + 1e-9).toFixed(2)}`;
  return [
    `${deliveries} deliveries in ${days * 24} h, ${invocations.length} invocations, ${lost} of them lost`,
    `  in time: ${inTime.starts} handlers, the worst after ${inTime.worst} s`,
    `  after a lost invocation: ${behindLost.starts}, the worst ${behindLost.worst} s after its start`,
    `  schedules' due times without a message: ${rest.missedDueTimes.length}`,
    `  where arming was lost for good: ${unarmed.starts}, the worst after ${unarmed.worst} s`,
    `  the database saw a query in ${hoursWithQueries(rest.queryTimes)} of ${hours} hours, and was awake for ${awake.toFixed(1)}`,
    `  that costs ${usd((awake / hours) * hoursOfMonth)} a month; awake all the time, ${usd(hoursOfMonth)}`,
  ].join('\n');
}

const hoursWithQueries = (times: readonly number[]) =>
  new Set(times.map((time) => Math.floor(time / hourMs))).size;

/** A compute is awake for a while after each query. */
function awakeHours(times: readonly number[]): number {
  const touchMs = touchSeconds * 1000;
  let awakeMs = 0;
  let until = 0;
  for (const time of times.toSorted((a, b) => a - b)) {
    awakeMs += time + touchMs - Math.max(time, until);
    until = time + touchMs;
  }
  return awakeMs / hourMs;
}
