import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { startTicks, type TickEvent } from '#local/ticks.ts';
import { waitUntil } from '#test/support/wait-until.ts';

test('fires at once, and then on the schedule', async () => {
  const fired: { event: TickEvent; context: Context }[] = [];
  const ticks = startTicks({
    everyMs: 20,
    handler: async (event, context) => fired.push({ event, context }),
  });
  expect(fired).toHaveLength(1);
  await waitUntil(() => fired.length >= 3);
  await ticks.stop();
  const { length } = fired;
  expect(fired[0]?.event.scheduledTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(new Set(fired.map(({ context }) => context.awsRequestId)).size).toBe(length);
});

test('tells a tick that it has 55 seconds', async () => {
  let remaining = 0;
  const handler = async (_event: TickEvent, context: Context) => {
    remaining = context.getRemainingTimeInMillis();
  };
  await startTicks({ everyMs: 60_000, handler }).stop();
  expect(remaining).toBeGreaterThan(54_000);
  expect(remaining).toBeLessThanOrEqual(55_000);
});

test('lets two ticks overlap, and no third', async () => {
  const ends: (() => void)[] = [];
  let due = 0;
  const ticks = startTicks({
    everyMs: 5,
    handler: () => new Promise<void>((end) => ends.push(end)),
  });
  const clock = setInterval(() => due++, 5);
  await waitUntil(() => due >= 10);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await waitUntil(() => ends.length === 3);
  clearInterval(clock);
  const stopped = ticks.stop();
  for (const end of ends) end();
  await stopped;
});

test('tells a running tick to finish when it is stopped, and waits for it', async () => {
  let finished = false;
  const ticks = startTicks({
    everyMs: 60_000,
    handler: async (_event, context) => {
      await waitUntil(() => context.getRemainingTimeInMillis() <= 3_000);
      finished = true;
    },
  });
  await ticks.stop();
  expect(finished).toBe(true);
});

test('goes on after a tick that failed', async () => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
  let fired = 0;
  const ticks = startTicks({
    everyMs: 5,
    handler: async () => {
      fired += 1;
      throw new Error('broken');
    },
  });
  await waitUntil(() => fired >= 3);
  await ticks.stop();
  expect(complain).toHaveBeenCalled();
  complain.mockRestore();
});
