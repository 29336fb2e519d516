import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type CatchUp, dueTimes } from '#queue/declare/timing/catch-up.ts';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import { intervalRule } from '#queue/declare/timing/interval-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';
import { anyMoments, anyRule } from '#test/support/queue/any-rule.ts';

const instants = (times: readonly Date[]) => times.map((time) => time.getTime());

/** Forwards, from one to the next. */
function walk(rule: Rule, from: Date, to: Date): Date[] {
  const found: Date[] = [];
  const justBefore = new Date(from.getTime() - 1);
  for (let at = rule.after(justBefore); at <= to; at = rule.after(at)) found.push(at);
  return found;
}

/** What a schedule fires when ticks come at those moments. */
function fire(rule: Rule, moments: readonly Date[]): Date[] {
  const fired: Date[] = [];
  let next: Date | undefined;
  for (const now of moments) {
    if (next && next > now) continue;
    if (next) fired.push(...dueTimes(rule, { all: 1000 }, { from: next, to: now }));
    next = rule.after(now);
  }
  return fired;
}

describe('due times', () => {
  test('are the same in one go and split over ticks at any moments', () => {
    fc.assert(
      fc.property(anyRule, anyMoments, (rule, moments) => {
        const [first, last] = [moments[0], moments.at(-1)];
        if (!first || !last) return;
        const afterFirst = new Date(first.getTime() + 1);
        const whole = walk(rule, afterFirst, last);
        fc.pre(whole.length <= 1000);
        expect(instants(fire(rule, moments))).toEqual(instants(whole));
      }),
      { numRuns: 500 },
    );
  });

  test('are the same looking back as going forward', () => {
    fc.assert(
      fc.property(anyRule, anyMoments, fc.nat({ max: 20 }), (rule, moments, count) => {
        const [from, to] = [moments[0], moments.at(-1)];
        if (!from || !to) return;
        const newest = rule.newestIn({ from, to }, count);
        expect(instants(newest)).toEqual(instants(count ? walk(rule, from, to).slice(-count) : []));
      }),
      { numRuns: 500 },
    );
  });

  test('of a rhythm are the minutes that the clocks of the zone show', () => {
    const minutes = fc.constantFrom(1, 2, 5, 15, 20, 30);
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    const hours = fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1 });
    const start = fc.constantFrom(
      ...['2026-03-28T23:00Z', '2026-10-24T22:00Z', '2026-03-08T05:00Z', '2026-11-01T04:00Z'],
      ...['2026-04-04T13:00Z', '2026-10-03T14:00Z'],
    );
    fc.assert(
      fc.property(minutes, hours, zone, start, (step, hours, timeZone, start) => {
        const rule = cronRule(`*/${step} ${hours.join()} * * *`, timeZone);
        const from = new Date(start);
        const shown = minutesOf(from, 5 * 60).filter((at) => {
          const [hour, minute] = wallClock(at, timeZone);
          return hours.includes(hour) && minute % step === 0;
        });
        const to = new Date(from.getTime() + 5 * 3_600_000 - 1);
        expect(instants(walk(rule, from, to))).toEqual(instants(shown));
      }),
      { numRuns: 100 },
    );
  });

  test('cost no more after a year than after an hour', () => {
    const rule = cronRule('* * * * * *', 'Europe/Berlin');
    const to = new Date('2026-06-01T00:00:00Z');
    const looks = vi.spyOn(Date, 'UTC');
    const looksSince = (from: string) => {
      looks.mockClear();
      expect(dueTimes(rule, 'skip', { from: new Date(from), to })).toHaveLength(121);
      return looks.mock.calls.length;
    };
    expect(looksSince('2025-06-01T00:00Z')).toBe(looksSince('2026-05-31T23:00Z'));
    looks.mockRestore();
  });
});

const minutesOf = (from: Date, count: number) =>
  Array.from({ length: count }, (_, minute) => new Date(from.getTime() + minute * 60_000));

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(at: Date, timeZone: string): [number, number] {
  const options = { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en', options);
  clocks.set(timeZone, clock);
  const [hour, minute] = clock.format(at).split(':').map(Number);
  return [hour ?? Number.NaN, minute ?? Number.NaN];
}

describe('missed due times', () => {
  const hourly = intervalRule(3600);
  const now = new Date('2026-06-10T12:30:00Z');
  const threeDaysAgo = new Date('2026-06-07T12:30:00Z');
  const due = (catchUp: CatchUp, to = now, from = threeDaysAgo) =>
    dueTimes(hourly, catchUp, { from, to }).map((at) => at.toISOString().slice(5, 19));

  test('are skipped', () => {
    expect(due('skip')).toEqual([]);
  });

  test('are made up for once, by the newest', () => {
    expect(due('once')).toEqual(['06-10T12:00:00']);
  });

  test('are all made up for, the newest so many, oldest first', () => {
    const newest = ['06-10T10:00:00', '06-10T11:00:00', '06-10T12:00:00'];
    expect(due({ all: 3 })).toEqual(newest);
    expect(due({ all: 72 })).toHaveLength(72);
    expect(due({ all: 1000 })).toHaveLength(72);
    expect(due({ all: 1000 })[0]).toBe('06-07T13:00:00');
  });

  test('are those of more than two minutes ago', () => {
    const atTwo = new Date('2026-06-10T12:02:00Z');
    const justAfter = new Date('2026-06-10T12:02:00.001Z');
    expect(due('skip', atTwo)).toEqual(['06-10T12:00:00']);
    expect(due('skip', justAfter)).toEqual([]);
    expect(due('once', justAfter)).toEqual(['06-10T12:00:00']);
  });

  test('do not depend on whether the next one is due already', () => {
    for (const catchUp of ['skip', 'once', { all: 2 }] as const) {
      const justBefore = new Date('2026-06-10T12:59:59Z');
      const justAfter = new Date('2026-06-10T13:00:01Z');
      const next = hourly.after(justBefore);
      expect([...due(catchUp, justBefore), ...due(catchUp, justAfter, next)]).toEqual(
        due(catchUp, justAfter),
      );
    }
  });

  test('are none when the span begins within the last two minutes', () => {
    const everySecond = intervalRule(1);
    const from = new Date(now.getTime() - 60_000);
    for (const catchUp of ['skip', 'once', { all: 1 }] as const)
      expect(dueTimes(everySecond, catchUp, { from, to: now })).toHaveLength(61);
  });
});
