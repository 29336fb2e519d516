// Due when a cron expression says so, on the clocks of a time zone. Where a clock is put forward or back:
// - a rule that names its times, such as `30 2 * * *` or `0,30 2 * * *`, is due once for each: at the first pass
//   through a doubled hour; for a time that is left out, at the first moment after the gap;
// - a rule with `*` or a step in seconds, minutes or hours, such as `*/15 * * * *`, keeps its rhythm: it is due in
//   both passes through a doubled hour, and at no time that is left out.
import { Cron, type CronOptions } from 'croner';
import type { Rule, Span } from './rule.ts';

// Without a year: an expression that runs out one day would stop a deployment on that day.
const fiveOrSixFields = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const;

/** Throws a TypeError that says what is wrong with the expression or the zone. */
export function cronRule(expression: string, timeZone = 'UTC'): Rule {
  requireZone(timeZone);
  requireDueSomeday(parse(expression, { utcOffset: 0 }), expression);
  const cron = parse(expression, { timezone: timeZone });
  return {
    text: expression,
    timeZone,
    after: (instant) => cron.nextRun(instant) ?? neverDue(expression),
    newestIn: (span, count) => newestRuns(cron, span, count),
  };
}

function parse(expression: string, options: CronOptions): Cron {
  // The parser would take an instant, too, as a job for once.
  if (typeof expression !== 'string' || expression.includes(':'))
    throw new TypeError(`cron is an expression such as "0 9 * * MON"; got ${expression}`);
  try {
    return new Cron(expression, { ...fiveOrSixFields, ...options });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : error;
    throw new TypeError(`cron "${expression}" cannot be read: ${reason}`, { cause: error });
  }
}

function requireDueSomeday(cron: Cron, expression: string): void {
  if (!cron.nextRun(new Date(0))) neverDue(expression);
}

function neverDue(expression: string): never {
  throw new TypeError(`cron "${expression}" names a day that no year has`);
}

function requireZone(timeZone: string): void {
  // The list is at hand. A formatter takes other spellings, too, but the first one costs a cold start many times more.
  if (timeZone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(timeZone)) return;
  if (!isZone(timeZone))
    throw new TypeError(`timeZone is an IANA name such as "Europe/Berlin"; got "${timeZone}"`);
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    // An offset is no zone: it knows no daylight saving time.
    return /^[a-z]/i.test(timeZone);
  } catch {
    return false;
  }
}

/** From the newest back, so that a long span of a frequent rule costs no more than what is asked for. */
function newestRuns(cron: Cron, { from, to }: Span, count: number): Date[] {
  const runs: Date[] = [];
  let before = new Date(to.getTime() + 1);
  while (runs.length < count) {
    const [run] = cron.previousRuns(1, before);
    if (!run || run < from) break;
    runs.push(run);
    before = run;
  }
  return runs.reverse();
}
