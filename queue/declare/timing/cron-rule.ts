// Due when a cron expression says so, on the clocks of a time zone. Where clocks are put back an hour occurs twice,
// and where they are put forward an hour is left out. Much as in Vixie cron, the form of the expression says what is
// meant:
// - One that names its times, such as `30 2 * * *` or `0,30 2 * * *`, is due once for each of them (fixed-times.ts).
// - One with `*` or a step in seconds, minutes or hours, such as `*/15 * * * *`, means a rhythm and keeps it (rhythm.ts).
import { misuse } from '#queue/misuse.ts';
import { readCron } from './cron-expression.ts';
import type { DueInstants } from './due-instants.ts';
import { fixedTimes } from './fixed-times.ts';
import { rhythm } from './rhythm.ts';
import type { Rule, Span } from './rule.ts';
import { shownTimes } from './shown-times.ts';
import { zoneClock } from './zone-clock.ts';

/** The rule of a cron expression in an IANA time zone. Throws a TypeError that says what is wrong with either. */
export function cronRule(expression: string, timeZone = 'UTC'): Rule {
  requireZone(timeZone);
  const cron = readCron(expression);
  const times = shownTimes(cron);
  // A rule that is never due should not be found out by the first drain.
  times.after(0);
  const due = (cron.isRhythm ? rhythm : fixedTimes)(times, zoneClock(timeZone));
  return {
    text: expression,
    timeZone,
    after: (instant) => new Date(due.after(instant.getTime())),
    newestIn: (span, count) => newest(due, span, count),
  };
}

function requireZone(timeZone: string): void {
  // The list of names is quick to ask. A formatter knows older spellings as well, such as "US/Eastern", but making the
  // first one takes many times longer, which every cold start would pay.
  if (timeZone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(timeZone)) return;
  if (!isZone(timeZone))
    misuse(`timeZone is an IANA name such as "Europe/Berlin"; got "${timeZone}"`);
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
function newest(due: DueInstants, { from, to }: Span, count: number): Date[] {
  const found: Date[] = [];
  let at = due.before(to.getTime() + 1);
  while (found.length < count && at >= from.getTime()) {
    found.push(new Date(at));
    at = due.before(at);
  }
  return found.reverse();
}
