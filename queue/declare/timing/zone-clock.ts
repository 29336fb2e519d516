// What the clocks of a time zone show, and when they are changed. A shown time is written as the milliseconds at which
// UTC's clocks show the same, so that cron expressions can be computed with as if every day had 24 hours.

const dayMs = 86_400_000;

/** The clocks of one zone. All instants are milliseconds since 1970. */
export interface ZoneClock {
  /** What has to be added to an instant to get the time that is shown then. */
  offsetAt(instant: number): number;
  /** The instants after `from`, up to and including `to`, from which on another offset holds; ascending. */
  changes(from: number, to: number): number[];
}

/** The clocks of an IANA zone. */
export function zoneClock(timeZone: string): ZoneClock {
  const offsetAt = timeZone === 'UTC' ? () => 0 : offsetsOf(timeZone);
  return { offsetAt, changes: (from, to) => changesIn(offsetAt, from, to) };
}

function offsetsOf(timeZone: string): ZoneClock['offsetAt'] {
  let clock: Intl.DateTimeFormat | undefined;
  return (instant) => {
    // Made when it is first asked: a cold start declares every schedule, and mostly none of them is due. Swedes write
    // "2026-03-29 02:30:00", which is ISO 8601 but for the "T".
    clock ??= new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    const second = Math.floor(instant / 1000) * 1000;
    return Date.parse(`${clock.format(second).replace(' ', 'T')}Z`) - second;
  };
}

/** No zone has ever changed its clocks twice in a day, so a look at each day misses no change. */
function changesIn(offsetAt: ZoneClock['offsetAt'], from: number, to: number): number[] {
  const changes: number[] = [];
  for (let start = from; start < to; start += dayMs) {
    const end = Math.min(start + dayMs, to);
    if (offsetAt(start) !== offsetAt(end)) changes.push(firstAfterChange(offsetAt, start, end));
  }
  return changes;
}

function firstAfterChange(offsetAt: ZoneClock['offsetAt'], from: number, to: number): number {
  const before = offsetAt(from);
  let [early, late] = [from, to];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (offsetAt(middle) === before) early = middle;
    else late = middle;
  }
  return late;
}
