// What the clocks of a zone show, minute by minute, and which minutes are due by that: the rules of cron-rule.ts done
// again in the most simple-minded way, with nothing of its code, to compare it with.

/** A minute as a zone's clocks show it. `weekday` is 0 on Sundays. */
interface ShownMinute {
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** A cron expression together with what it says, written as a function. */
export interface SpelledOut {
  readonly cron: string;
  readonly names: (shown: ShownMinute) => boolean;
}

export interface Minute {
  readonly at: number;
  /** Minutes from 1970-01-01 00:00 to the shown time, as if every day had 24 hours. */
  readonly shown: number;
}

const minuteMs = 60_000;
const minutesOfDay = 1440;
const clocks = new Map<string, Intl.DateTimeFormat>();

function shownAt(at: number, timeZone: string): number {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric' },
    });
  clocks.set(timeZone, clock);
  const [month = 0, day, year = 0, hour, minute] = clock
    .formatToParts(at)
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => Number(value));
  return Date.UTC(year, month - 1, day, hour, minute) / minuteMs;
}

const minutesOf = (timeZone: string, from: number, to: number): Minute[] =>
  Array.from({ length: (to - from) / minuteMs }, (_, index) => from + index * minuteMs).map(
    (at) => ({ at, shown: shownAt(at, timeZone) }),
  );

function named({ names }: SpelledOut, shown: number): boolean {
  const date = new Date(shown * minuteMs);
  return names({
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  });
}

/** What is due in a stretch of minutes; its first day only serves to know which times have been shown. */
export interface DueMinutes {
  fixed(rule: SpelledOut): number[];
  rhythm(rule: SpelledOut): number[];
}

export function dueMinutes(timeZone: string, from: number, to: number): DueMinutes {
  const minutes = minutesOf(timeZone, from - minutesOfDay * minuteMs, to);
  const days = new Set(minutes.map(({ shown }) => Math.floor(shown / minutesOfDay)));
  const isInSpan = (at: number) => at >= from;
  return {
    rhythm: (rule) =>
      minutes
        .filter(({ shown }) => named(rule, shown))
        .map(({ at }) => at)
        .filter(isInSpan),
    fixed: (rule) => {
      const due: number[] = [];
      // Every time from the first shown one on has its turn once: when it is shown, or when the clocks have jumped
      // over it.
      let passed = (minutes[0]?.shown ?? 0) - 1;
      for (const { at, shown } of minutes) {
        let isDue = false;
        for (; passed < shown; passed += 1) {
          const isDay = days.has(Math.floor((passed + 1) / minutesOfDay));
          isDue ||= isDay && named(rule, passed + 1);
        }
        if (isDue) due.push(at);
      }
      return due.filter(isInSpan);
    },
  };
}

/** The minutes of a span from which on the clocks are ahead of UTC by more or by less than before. */
export function changedMinutes(timeZone: string, from: number, to: number): Minute[] {
  const ahead = (at: number) => shownAt(at, timeZone) - at / minuteMs;
  const changes: Minute[] = [];
  const dayMs = minutesOfDay * minuteMs;
  for (let day = from; day < to; day += dayMs) {
    if (ahead(day) === ahead(day + dayMs)) continue;
    let at = day + minuteMs;
    while (ahead(at) === ahead(day)) at += minuteMs;
    changes.push({ at, shown: shownAt(at, timeZone) });
  }
  return changes;
}
