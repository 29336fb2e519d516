// Due at the multiples of an interval since the Unix epoch, and not an interval after the last time: so every consumer
// finds the same instants, whenever it asks and whatever happened before.
import { requireInRange } from '#queue/declare/in-range.ts';
import type { Rule, Span } from './rule.ts';

/** The rule of an interval. Throws a TypeError unless it is a whole number of seconds from 1 to 31536000 (a year). */
export function intervalRule(seconds: number): Rule {
  requireInRange('everySeconds', seconds, { from: 1, to: 31_536_000 });
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
