// Three years of every time zone that the platform knows, around each change of its clocks and on days in between,
// against a calculation that goes through the minutes one by one. Many zones show the same when they change their clocks:
// one of each such set is tried in every run, all of them by `npm run test:zones`.
import { describe, expect, test } from 'vitest';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';
import { changedMinutes, dueMinutes, type SpelledOut } from '#test/support/queue/shown-minutes.ts';

const { MILLRACE_ZONES } = process.env;

const firstDay = Date.parse('2025-01-01T00:00Z');
const lastDay = Date.parse('2028-01-01T00:00Z');
const dayMs = 86_400_000;

const fixedTimes: readonly SpelledOut[] = [
  { cron: '0 0 * * *', names: ({ hour, minute }) => hour === 0 && minute === 0 },
  { cron: '30 2 * * *', names: ({ hour, minute }) => hour === 2 && minute === 30 },
  {
    cron: '0,15,45 23 * * *',
    names: ({ hour, minute }) => hour === 23 && [0, 15, 45].includes(minute),
  },
  {
    cron: '0,30 0-4,23 * * *',
    names: ({ hour, minute }) => [0, 1, 2, 3, 4, 23].includes(hour) && minute % 30 === 0,
  },
  {
    cron: '45 23 * * SAT',
    names: ({ weekday, hour, minute }) => weekday === 6 && hour === 23 && minute === 45,
  },
  {
    cron: '10 0 * * SUN',
    names: ({ weekday, hour, minute }) => weekday === 0 && hour === 0 && minute === 10,
  },
  {
    cron: '59 1 25-31 3,10 *',
    names: ({ month, day, hour, minute }) =>
      [3, 10].includes(month) && day >= 25 && hour === 1 && minute === 59,
  },
];

const rhythms: readonly SpelledOut[] = [
  { cron: '*/20 * * * *', names: ({ minute }) => minute % 20 === 0 },
  { cron: '7 * * * *', names: ({ minute }) => minute === 7 },
  { cron: '*/15 23 * * *', names: ({ hour, minute }) => hour === 23 && minute % 15 === 0 },
  { cron: '0 */2 * * *', names: ({ hour, minute }) => hour % 2 === 0 && minute === 0 },
  {
    cron: '*/30 0-3 * * SUN',
    names: ({ weekday, hour, minute }) => weekday === 0 && hour <= 3 && minute % 30 === 0,
  },
];

const changes = new Map(
  Intl.supportedValuesOf('timeZone').map((zone) => [zone, changedMinutes(zone, firstDay, lastDay)]),
);

function zonesToTry(): string[] {
  if (MILLRACE_ZONES === 'all') return [...changes.keys()];
  const ofSameChanges = Map.groupBy(changes, ([, minutes]) => JSON.stringify(minutes));
  return [...ofSameChanges.values()].flatMap(([first]) => (first ? [first[0]] : []));
}

/** Around each change, and two days of the three years that differ from zone to zone. */
function stretches(zone: string): [from: number, to: number][] {
  const letters = Array.from(zone, (letter) => letter.codePointAt(0) ?? 0);
  const someDay = letters.reduce((sum, code) => (sum * 31 + code) % 1000, 7);
  const someDays = [someDay, 1000 - someDay].map((day) => firstDay + day * dayMs);
  return [
    ...(changes.get(zone) ?? []).map(({ at }): [number, number] => [at - dayMs, at + 1.5 * dayMs]),
    ...someDays.map((at): [number, number] => [at, at + dayMs]),
  ];
}

const forwards = (rule: Rule, from: number, to: number): number[] => {
  const due: number[] = [];
  for (let at = rule.after(new Date(from - 1)); at.getTime() < to; at = rule.after(at))
    due.push(at.getTime());
  return due;
};

const backwards = (rule: Rule, from: number, to: number): number[] =>
  rule
    .newestIn({ from: new Date(from), to: new Date(to - 1) }, Number.POSITIVE_INFINITY)
    .map((at) => at.getTime());

describe('in three years', () => {
  test('zones change their clocks, and not all at the same instants', () => {
    expect(zonesToTry().length).toBeGreaterThan(20);
  });

  test.each(zonesToTry())('%s has the due times that its clocks show', (zone) => {
    for (const [from, to] of stretches(zone)) {
      const due = dueMinutes(zone, from, to);
      for (const [kind, rules] of [
        ['fixed', fixedTimes],
        ['rhythm', rhythms],
      ] as const)
        for (const spelledOut of rules) {
          const rule = cronRule(spelledOut.cron, zone);
          const expected = shown(due[kind](spelledOut));
          const place = `${spelledOut.cron} from ${new Date(from).toISOString()}`;
          expect(shown(forwards(rule, from, to)), place).toEqual(expected);
          expect(shown(backwards(rule, from, to)), place).toEqual(expected);
        }
    }
  });
});

const shown = (instants: readonly number[]) => instants.map((at) => new Date(at).toISOString());
