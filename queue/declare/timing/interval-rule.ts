// Due at the multiples of an interval since the Unix epoch: wherever and whenever it is asked, the same instants.
import type { Rule, Span } from './rule.ts';

/** Throws a TypeError unless the interval is a whole number of seconds from 1 to 31536000. */
export function intervalRule(seconds: number): Rule {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 31_536_000)
    throw new TypeError(`everySeconds is a whole number from 1 to 31536000; got ${seconds}`);
  const intervalMs = seconds * 1000;
  return {
    text: `every ${seconds} s`,
    timeZone: null,
    after: (instant) => new Date((Math.floor(instant.getTime() / intervalMs) + 1) * intervalMs),
    newestIn: (span, count) => newestMultiples(intervalMs, span, count),
  };
}

function newestMultiples(intervalMs: number, { from, to }: Span, count: number): Date[] {
  const last = Math.floor(to.getTime() / intervalMs);
  const first = Math.max(Math.ceil(from.getTime() / intervalMs), last - count + 1);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => new Date((first + index) * intervalMs),
  );
}
