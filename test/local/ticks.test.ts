import { expect, test, vi } from 'vitest';
import { startTicks, type TickEvent } from '#local/ticks.ts';
import { waitUntil } from '#test/support/wait-until.ts';

test('fires at once, and then on the schedule, until it is stopped', async () => {
  vi.useFakeTimers();
  const fired: TickEvent[] = [];
  const stop = startTicks({ everyMs: 20, invoke: async (event) => void fired.push(event) });
  expect(fired).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(fired).toHaveLength(3);
  stop();
  await vi.advanceTimersByTimeAsync(50);
  vi.useRealTimers();
  expect(fired).toHaveLength(3);
  expect(fired[0]?.scheduledTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('of several databases each has a schedule of its own', () => {
  const fired: TickEvent[] = [];
  const invoke = async (event: TickEvent) => void fired.push(event);
  startTicks({ everyMs: 60_000, databases: 3, invoke })();
  expect(fired.map(({ database }) => database)).toEqual([undefined, 1, 2]);
});

test('lets two ticks overlap, and no third', async () => {
  const ends: (() => void)[] = [];
  let due = 0;
  const stop = startTicks({
    everyMs: 5,
    invoke: () => new Promise<void>((end) => ends.push(end)),
  });
  const clock = setInterval(() => due++, 5);
  await waitUntil(() => due >= 10);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await waitUntil(() => ends.length === 3);
  clearInterval(clock);
  stop();
});
