// Due when a cron expression says so, on the clocks of a time zone. Where a clock is put forward or back:
// - a rule that names its times, such as `30 2 * * *` or `0,30 2 * * *`, is due once for each: at the first pass
//   through a doubled hour; for a time that is left out, at the first moment after the gap;
// - a rule with `*` or a step in seconds, minutes or hours, such as `*/15 * * * *`, keeps its rhythm: it is due in
//   both passes through a doubled hour, and at no time that is left out.
// Vixie cron and the library croner (with fixedTimeRule "no-wildcard") do the same; the tests compare with croner.
import { type CronFields, parseCron } from './cron-fields.ts';
import type { Rule, Span } from './rule.ts';
import { ZoneClock } from './zone-clock.ts';

const dayMs = 86_400_000;
/** A fifth Monday in February, around a century that is no leap year, comes after 40 years. */
const longestWaitDays = 41 * 366;

/** Throws a TypeError that says what is wrong with the expression or the zone. */
export function cronRule(expression: string, timeZone = 'UTC'): Rule {
  const rule = new CronRule(read(expression), new ZoneClock(timeZone));
  if (!rule.isEverDue) throw new TypeError(`cron "${expression}" names a day that no year has`);
  return {
    text: expression,
    timeZone,
    after: (instant) => rule.after(instant.getTime()),
    newestIn: (span, count) => rule.newestIn(span, count),
  };
}

function read(expression: string): CronFields {
  if (typeof expression !== 'string')
    throw new TypeError(`cron is an expression such as "0 9 * * MON"; got ${expression}`);
  try {
    return parseCron(expression);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new TypeError(`cron "${expression}" cannot be read: ${reason}`, { cause: error });
  }
}

class CronRule {
  readonly #fields: CronFields;
  readonly #clock: ZoneClock;

  constructor(fields: CronFields, clock: ZoneClock) {
    this.#fields = fields;
    this.#clock = clock;
  }

  get isEverDue(): boolean {
    return !this.#days(0, longestWaitDays * dayMs).next().done;
  }

  after(instant: number): Date {
    const today = this.#dayOf(instant);
    for (const day of this.#days(today, today + longestWaitDays * dayMs)) {
      const next = this.#instantsOn(day).find((due) => due > instant);
      if (next !== undefined) return new Date(next);
    }
    throw new RangeError('the rule is due on no day');
  }

  newestIn({ from, to }: Span, count: number): Date[] {
    const [first, last] = [from.getTime(), to.getTime()];
    const newest: number[] = [];
    for (const day of this.#days(this.#dayOf(last), this.#dayOf(first))) {
      if (newest.length >= count) break;
      const due = this.#instantsOn(day).filter((instant) => instant >= first && instant <= last);
      newest.push(...due.slice(-Math.min(due.length, count - newest.length)).reverse());
    }
    return newest.reverse().map((instant) => new Date(instant));
  }

  /** Days are given as their midnights in UTC. */
  #dayOf(instant: number): number {
    return Math.floor((instant + this.#clock.offsetAt(instant)) / dayMs) * dayMs;
  }

  /** The rule's days from one to the other, both included, forwards or backwards. */
  *#days(from: number, to: number): Generator<number, void> {
    const step = from <= to ? dayMs : -dayMs;
    for (let day = from; step > 0 ? day <= to : day >= to; day += step)
      if (this.#fields.isOnDay(new Date(day))) yield day;
  }

  /** Ascending. */
  #instantsOn(day: number): number[] {
    const { timesOfDay, namesItsTimes } = this.#fields;
    const { before, after, at } = this.#clock.changeOn(day);
    if (before === after) return timesOfDay.map((time) => day + time - before);
    const instants = timesOfDay.flatMap((time) => {
      const early = day + time - before;
      const late = day + time - after;
      const passes = [...(early < at ? [early] : []), ...(late >= at ? [late] : [])];
      if (!namesItsTimes) return passes;
      return passes.length > 0 ? passes.slice(0, 1) : isWithin(day, at + after) ? [at] : [];
    });
    return [...new Set(instants)].sort((a, b) => a - b);
  }
}

const isWithin = (day: number, localTime: number) => localTime >= day && localTime < day + dayMs;
