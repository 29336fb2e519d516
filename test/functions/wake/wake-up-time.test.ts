import fc from 'fast-check';
import { expect, test } from 'vitest';
import { marginMs, stepMs, wakeUpTime } from '#functions/wake/wake-up-time.ts';

const time = fc.integer({ min: 1_800_000_000_000, max: 1_900_000_000_000 });
const distance = fc.integer({ min: -10_000_000, max: 10_000_000 });

test('is no sooner than what is due, not so soon that it may have been fired, and at most one step later', () => {
  fc.assert(
    fc.property(time, distance, (now, until) => {
      const dueAt = now + until;
      const at = wakeUpTime({ now: new Date(now), dueAt: new Date(dueAt) }).getTime();
      const earliest = Math.max(dueAt, now + marginMs);
      expect(at % stepMs).toBe(0);
      expect(at).toBeGreaterThanOrEqual(earliest);
      expect(at - earliest).toBeLessThan(stepMs);
    }),
  );
});

test.each([
  ['due now', '12:00:10', '12:00:10', '12:00:30'],
  ['due in the past', '12:00:10', '11:00:00', '12:00:30'],
  ['due later', '12:00:10', '13:15:01', '13:15:30'],
  ['due at a step', '12:00:10', '13:15:30', '13:15:30'],
  ['due just before a step that may be over elsewhere', '12:00:26', '12:00:27', '12:01:00'],
])('%s', (_, now, due, at) => {
  const onThatDay = (clock: string) => new Date(`2026-11-28T${clock}Z`);
  const dueAt = onThatDay(due);
  expect(wakeUpTime({ now: onThatDay(now), dueAt })).toEqual(onThatDay(at));
});
