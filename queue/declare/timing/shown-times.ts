// The times that a cron expression names, on a clock that is never changed.
import { misuse } from '#queue/misuse.ts';
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
    after: (shown) => search(cron, Math.floor(shown / 1000) + 1, 1),
    before: (shown) => search(cron, Math.ceil(shown / 1000) - 1, -1),
  };
}

/** Forward or back in time. */
type Direction = 1 | -1;

/** From a second on, day by day. */
function search(cron: CronExpression, start: number, direction: Direction): number {
  const firstDay = Math.floor(start / daySeconds);
  for (let days = 0; days <= mostDays; days += 1) {
    const day = firstDay + direction * days;
    const second = isDay(cron, day)
      ? firstOfDay(cron, start - day * daySeconds, direction)
      : undefined;
    if (second !== undefined) return (day * daySeconds + second) * 1000;
  }
  misuse(`cron "${cron.text}" names a day that no year has`);
}

function isDay(cron: CronExpression, daysSince1970: number): boolean {
  const date = new Date(daysSince1970 * daySeconds * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return cron.isDay({ month, day: date.getUTCDate(), weekday: date.getUTCDay(), lastDay });
}

/** The first fitting second of a day, seen from the given one. */
function firstOfDay(cron: CronExpression, from: number, direction: Direction): number | undefined {
  const inOrder = (numbers: readonly number[]) => (direction > 0 ? numbers : numbers.toReversed());
  const isAhead = (second: number) => (second - from) * direction >= 0;
  const seconds = inOrder(cron.seconds);
  for (const hour of inOrder(cron.hours)) {
    // An hour that lies behind is passed over whole: a rule may be due at each of its seconds.
    if (!isAhead(direction > 0 ? hour * 3600 + 3599 : hour * 3600)) continue;
    for (const minute of inOrder(cron.minutes)) {
      const start = hour * 3600 + minute * 60;
      const second = seconds.find((each) => isAhead(start + each));
      if (second !== undefined) return start + second;
    }
  }
}
