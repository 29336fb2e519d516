// Due when a cron expression says so, on the clocks of a time zone. Where clocks are put back an hour occurs twice,
// and where they are put forward an hour is left out. Much as in Vixie cron, the form of the expression says what is
// meant:
// - One that names its times, such as `30 2 * * *` or `0,30 2 * * *`, is due once for each of them: in the first of
//   two equal hours, and at the first moment after the gap for a time that is left out.
// - One with `*` or a step in seconds, minutes or hours, such as `*/15 * * * *`, means a rhythm and keeps it: it is
//   due in both of two equal hours, and skips times that are left out.
import { Cron, type CronOptions } from 'croner';
import type { Rule, Span } from './rule.ts';

// Not the form with a year: an expression that runs out would make a deployment fail from some day on.
const fiveOrSixFields = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const;

/** The rule of a cron expression in an IANA time zone. Throws a TypeError that says what is wrong with either. */
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
  // The parser takes an ISO 8601 instant, too, as a job that runs once; no cron expression has a colon.
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
  // The list of names is quick to ask. A formatter knows older spellings as well, such as "US/Eastern", but making the
  // first one takes many times longer, which every cold start would pay.
  if (timeZone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(timeZone)) return;
  if (!isZone(timeZone))
    throw new TypeError(`timeZone is an IANA name such as "Europe/Berlin"; got "${timeZone}"`);
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    // Formatters take offsets such as "+02:00", which are no zones: they know no daylight saving time.
    return /^[a-z]/i.test(timeZone);
  } catch {
    return false;
  }
}

/** Walks from the newest back, so that a long span of a frequent rule costs no more than what is asked for. */
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
