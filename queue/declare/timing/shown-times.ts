// The times that a cron expression names, on a clock that is never changed.
import type { CronExpression } from './cron-expression.ts';

/** Times as a clock shows them, in milliseconds since a clock that is never changed showed 1970-01-01 00:00. */
export interface ShownTimes {
  /** The first one later than the given time. */
  after(shown: number): number;
  /** The last one earlier than the given time. */
  before(shown: number): number;
}

const daySeconds = 86_400;
// After 400 years the calendar begins anew, weekdays included; so a day not found by then is in no year.
const mostDays = 146_097;

/** Its functions throw a TypeError when the expression names a day that no year has. */
export function shownTimes(cron: CronExpression): ShownTimes {
  return {
    after: (shown) => search(cron, Math.floor(shown / 1000) + 1, { step: 1, find: firstSecond }),
    before: (shown) => search(cron, Math.ceil(shown / 1000) - 1, { step: -1, find: lastSecond }),
  };
}

interface Direction {
  /** From one day to the next. */
  readonly step: 1 | -1;
  /** The first fitting second of a day, seen from the given one. */
  readonly find: (cron: CronExpression, second: number) => number | undefined;
}

/** From a second on, day by day. */
function search(cron: CronExpression, start: number, { step, find }: Direction): number {
  const firstDay = Math.floor(start / daySeconds);
  for (let days = 0; days <= mostDays; days += 1) {
    const day = firstDay + step * days;
    const second = isDay(cron, day) ? find(cron, start - day * daySeconds) : undefined;
    if (second !== undefined) return (day * daySeconds + second) * 1000;
  }
  throw new TypeError(`cron "${cron.text}" names a day that no year has`);
}

function isDay(cron: CronExpression, daysSince1970: number): boolean {
  const date = new Date(daysSince1970 * daySeconds * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return cron.isDay({ month, day: date.getUTCDate(), weekday: date.getUTCDay(), lastDay });
}

function firstSecond({ hours, minutes, seconds }: CronExpression, earliest: number) {
  for (const hour of hours) {
    if ((hour + 1) * 3600 <= earliest) continue;
    for (const minute of minutes) {
      const start = hour * 3600 + minute * 60;
      const second = seconds.find((second) => start + second >= earliest);
      if (second !== undefined) return start + second;
    }
  }
}

function lastSecond({ hours, minutes, seconds }: CronExpression, latest: number) {
  for (const hour of hours.toReversed()) {
    if (hour * 3600 > latest) continue;
    for (const minute of minutes.toReversed()) {
      const start = hour * 3600 + minute * 60;
      const second = seconds.findLast((second) => start + second <= latest);
      if (second !== undefined) return start + second;
    }
  }
}
