// Where clocks are put forward and back; every-zone.test.ts tries all zones. Berlin: 29 March and 25 October 2026, both at 01:00 UTC. New York:
// 8 March at 07:00 UTC and 1 November at 06:00 UTC.
import { describe, expect, test } from 'vitest';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

/** Forwards, one by one, as ticks find them. */
function walk(rule: Rule, from: string, to: string): string[] {
  const found: string[] = [];
  for (let at = rule.after(new Date(from)); at <= new Date(to); at = rule.after(at))
    found.push(at.toISOString().slice(0, 16));
  return found;
}

/** All at once, as a drain after downtime finds them. */
const lookBack = (rule: Rule, from: string, to: string) =>
  rule
    .newestIn({ from: new Date(from), to: new Date(to) }, Number.POSITIVE_INFINITY)
    .map((at) => at.toISOString().slice(0, 16));

function expectDue(rule: Rule, [from, to]: readonly [string, string], expected: readonly string[]) {
  expect(walk(rule, from, to)).toEqual(expected);
  expect(lookBack(rule, from, to)).toEqual(expected);
}

describe('a rule that names its times', () => {
  test.each([
    [
      '02:30 is due at the end of the gap on the day that has none',
      ['30 2 * * *', berlin],
      ['2026-03-27T12:00Z', '2026-03-30T12:00Z'],
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'a doubled 02:30 is due at its first pass',
      ['30 2 * * *', berlin],
      ['2026-10-23T12:00Z', '2026-10-26T12:00Z'],
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'several times in one gap are due once, at its end',
      ['0,15,30 2 * * *', berlin],
      ['2026-03-29T00:00Z', '2026-03-29T12:00Z'],
      ['2026-03-29T01:00'],
    ],
    [
      'a time in the gap and one elsewhere are due once each',
      ['30 2,14 * * *', berlin],
      ['2026-03-29T00:00Z', '2026-03-29T22:00Z'],
      ['2026-03-29T01:00', '2026-03-29T12:30'],
    ],
    [
      'nine in the morning stays nine in the morning',
      ['0 9 * * MON', berlin],
      ['2026-03-20T00:00Z', '2026-04-01T00:00Z'],
      ['2026-03-23T08:00', '2026-03-30T07:00'],
    ],
    [
      'nine in the morning stays nine in the morning in autumn',
      ['0 9 * * MON', berlin],
      ['2026-10-16T00:00Z', '2026-10-28T00:00Z'],
      ['2026-10-19T07:00', '2026-10-26T08:00'],
    ],
    [
      '02:30 is due at the end of the gap',
      ['30 2 * * *', newYork],
      ['2026-03-07T00:00Z', '2026-03-10T00:00Z'],
      ['2026-03-07T07:30', '2026-03-08T07:00', '2026-03-09T06:30'],
    ],
    [
      'a doubled 01:30 is due at its first pass',
      ['30 1 * * *', newYork],
      ['2026-10-31T00:00Z', '2026-11-03T00:00Z'],
      ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'a time in a gap that ends at midnight is due at midnight, on the next day',
      ['15 23 * * *', 'America/Nuuk'],
      ['2026-03-28T00:00Z', '2026-03-30T12:00Z'],
      ['2026-03-28T01:15', '2026-03-29T01:00', '2026-03-30T00:15'],
    ],
    [
      'a time on a Saturday in that gap is due although it is Sunday by then, and midnight only once',
      ['0,15,30,45 0,23 * * SAT', 'America/Nuuk'],
      ['2026-03-28T22:00Z', '2026-03-31T00:00Z'],
      ['2026-03-29T01:00'],
    ],
    [
      'midnight in a gap that begins with the day is due at one',
      ['0 0 * * *', 'Africa/Cairo'],
      ['2026-04-22T12:00Z', '2026-04-25T12:00Z'],
      ['2026-04-22T22:00', '2026-04-23T22:00', '2026-04-24T21:00'],
    ],
    [
      'an hour before midnight that is shown twice is due at its first pass',
      ['0 0,23 * * *', 'Africa/Cairo'],
      ['2026-10-29T12:00Z', '2026-10-30T12:00Z'],
      ['2026-10-29T20:00', '2026-10-29T22:00'],
    ],
    [
      'a day that is left out has no due time, nor does the next one get two',
      ['30 2 * * *', 'Pacific/Apia'],
      ['2011-12-29T00:00Z', '2012-01-01T00:00Z'],
      ['2011-12-29T12:30', '2011-12-30T12:30', '2011-12-31T12:30'],
    ],
  ] as const)('%s: %j', (_, [cron, zone], span, expected) => {
    expectDue(cronRule(cron, zone), span, expected);
  });
});

describe('a rule with a rhythm', () => {
  test.each([
    [
      'goes through both passes of a doubled hour',
      ['*/30 * * * *', berlin],
      ['2026-10-24T23:45Z', '2026-10-25T02:15Z'],
      ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30'].concat(
        '2026-10-25T02:00',
      ),
    ],
    [
      'is not due at times that are left out',
      ['*/30 2 * * *', berlin],
      ['2026-03-28T12:00Z', '2026-03-30T12:00Z'],
      ['2026-03-30T00:00', '2026-03-30T00:30'],
    ],
    [
      'goes through both passes of a doubled hour that it names',
      ['*/30 1 * * *', newYork],
      ['2026-11-01T00:00Z', '2026-11-02T00:00Z'],
      ['2026-11-01T05:00', '2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30'],
    ],
    [
      'goes on after the gap',
      ['*/30 * * * *', newYork],
      ['2026-03-08T06:15Z', '2026-03-08T07:45Z'],
      ['2026-03-08T06:30', '2026-03-08T07:00', '2026-03-08T07:30'],
    ],
  ] as const)('%s: %j', (_, [cron, zone], span, expected) => {
    expectDue(cronRule(cron, zone), span, expected);
  });

  test.each([
    [berlin, 23, ['2026-03-28T22:59:59Z', '2026-03-29T21:59:59Z']],
    [berlin, 25, ['2026-10-24T21:59:59Z', '2026-10-25T22:59:59Z']],
    [newYork, 23, ['2026-03-08T04:59:59Z', '2026-03-09T03:59:59Z']],
    [newYork, 25, ['2026-11-01T03:59:59Z', '2026-11-02T04:59:59Z']],
  ] as const)(
    'of an hour is due once in each hour of a day in %s that has %d',
    (zone, hours, [from, to]) => {
      const due = walk(cronRule('0 * * * *', zone), from, to);
      expect(due).toHaveLength(hours);
      expect(lookBack(cronRule('0 * * * *', zone), from, to)).toEqual(due);
      for (const [index, at] of due.entries())
        expect(Date.parse(`${at}Z`)).toBe(Date.parse(from) + 1000 + index * 3_600_000);
    },
  );
});
