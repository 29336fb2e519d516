// Rules and moments of all kinds for property tests, crowded around the days when clocks change.
import fc from 'fast-check';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import { intervalRule } from '#queue/declare/timing/interval-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';

const field = (from: number, to: number) => {
  const value = fc.integer({ min: from, max: to });
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.integer({ min: 1, max: to - from }).map((step) => `*/${step}`),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map(String),
    fc.tuple(value, value).map((ends) => `${Math.min(...ends)}-${Math.max(...ends)}`),
  );
};

const anyZone = fc.constantFrom(
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'],
  ...['Asia/Kolkata', 'Africa/Cairo', 'Pacific/Apia'],
);

const anyCron = fc
  .tuple(
    field(0, 59),
    fc.oneof(field(0, 4), field(0, 23)),
    fc.oneof(fc.constant('*'), fc.constant('L'), field(1, 31)),
    fc.constant('*'),
    fc.oneof(fc.constant('*'), field(0, 6)),
  )
  .map((fields) => fields.join(' '));

const anyInterval = fc.oneof(
  fc.constantFrom(60, 90, 3600, 86_400),
  fc.integer({ min: 30, max: 100_000 }),
);

export const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  { arbitrary: fc.tuple(anyCron, anyZone).map(([cron, zone]) => cronRule(cron, zone)), weight: 3 },
  { arbitrary: anyInterval.map(intervalRule), weight: 1 },
);

const anyStart = fc
  .constantFrom(
    ...['2026-03-28T18:00Z', '2026-10-24T18:00Z', '2026-03-08T00:00Z', '2026-10-31T23:00Z'],
    ...['2026-04-04T08:00Z', '2026-10-03T08:00Z', '2026-04-23T16:00Z', '2026-06-15T00:00Z'],
  )
  .map((instant) => Date.parse(instant));

const anyGapMs = fc.oneof(
  fc.integer({ min: 1, max: 5 * 60_000 }),
  fc.integer({ min: 1, max: 4 * 3_600_000 }),
  fc.constantFrom(1000, 60_000, 3_600_000),
);

/** Ascending, at least one. */
export const anyMoments: fc.Arbitrary<Date[]> = fc
  .tuple(anyStart, fc.nat({ max: 6 * 3_600_000 }), fc.array(anyGapMs, { maxLength: 12 }))
  .map(([start, offset, gaps]) => {
    const moments = [start + offset];
    for (const gap of gaps) moments.push((moments.at(-1) ?? start) + gap);
    return moments.map((moment) => new Date(moment));
  });
