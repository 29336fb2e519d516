// A second opinion: croner, which is a library of 33 KB and so is no part of what is deployed.
import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cronRule } from '#queue/cron-rule.ts';
import { anyCron, anyMoments, anyZone } from './any-rule.ts';

const oracle = (cron: string, timezone: string) =>
  new Cron(cron, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard', paused: true });

const anySeconds = fc.oneof(
  { arbitrary: fc.constant(''), weight: 5 },
  { arbitrary: fc.constantFrom('7 ', '*/20 ', '10,40 '), weight: 1 },
);

test('croner finds the same due times', () => {
  fc.assert(
    fc.property(anySeconds, anyCron, anyZone, anyMoments, (seconds, fields, zone, moments) => {
      const rule = cronRule(seconds + fields, zone);
      const cron = oracle(seconds + fields, zone);
      let at = moments[0] as Date;
      for (let n = 0; n < 30; n += 1) {
        const expected = cron.nextRun(at);
        expect(rule.after(at)).toEqual(expected);
        at = expected ?? at;
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['0 0 29 2 *', 'Europe/Berlin', '2097-01-01T00:00:00Z'],
  ['0 0 * 2 MON#5', 'UTC', '2072-03-01T00:00:00Z'],
  ['0 0 1 1 0', 'America/New_York', '2026-01-05T00:00:00Z'],
  ['@weekly', 'Asia/Kolkata', '2026-01-05T00:00:00Z'],
])('croner finds %j in %s as rarely', (cron, zone, from) => {
  expect(cronRule(cron, zone).after(new Date(from))).toEqual(
    oracle(cron, zone).nextRun(new Date(from)),
  );
});
