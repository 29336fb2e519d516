// A deployment that sleeps lives through a simulated day, with all that can go wrong; through a week by npm run test:week.
// MILLRACE_CHAOS_SEED repeats a run.
import { afterAll, expect, test, vi } from 'vitest';
import { seed } from '#test/support/chaos/seeded-random.ts';
import { report } from '#test/support/sleeping-week/report.ts';
import { sleepingDays } from '#test/support/sleeping-week/sleeping-week.ts';

const days = Number(process.env['MILLRACE_SLEEPING_DAYS'] ?? 1);

afterAll(() => {
  vi.unstubAllGlobals();
});

test('every delivery is handled within two minutes of its time', async () => {
  const lived = await sleepingDays(days, seed);
  process.stdout.write(`sleep, seed ${seed}: ${report(lived)}\n`);
  expect(lived.lateness.broken).toEqual([]);
  expect(lived.leftOver).toBe(0);
  // Else the simulation would have shown nothing.
  expect(lived.lateness.inTime.starts).toBeGreaterThan(100 * days);
  expect(lived.invocations.filter(({ isLost }) => isLost)).not.toEqual([]);
});
