// More load never costs less, and no month has more hours than it has.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awakeHours } from '#infra/cost/awake-hours.ts';
import { consumerTime } from '#infra/cost/consumer-time.ts';
import { idle, type Load, type LoadName, loadNames, loadOptions } from '#infra/cost/load.ts';
import { compared, toMode } from '#infra/cost/mode.ts';
import { monthlyCosts } from '#infra/cost/monthly-costs.ts';

const anyMode = fc.constantFrom(...compared, ['sleep', 'hand-over'] as const).map(toMode);
// What is spread over more time or databases asks for fewer helpers, so there hand-over is an exception, which has a test of its own.
const withoutHandOver = anyMode.filter(({ handOver }) => !handOver);
const spread: readonly LoadName[] = ['hours', 'days', 'databases'];

const anyLoad: fc.Arbitrary<Load> = fc
  .record(
    Object.fromEntries(
      loadNames.map((name) => {
        const { from, to } = loadOptions[name];
        // Small values are the usual ones, and none of the options is as wide as a double.
        const value = fc.double({ min: 0, max: 1, noNaN: true }).map((share) => share ** 4);
        return [name, value.map((share) => Math.max(from, Math.round(from + share * (to - from))))];
      }),
    ),
  )
  .chain((numbers) =>
    fc
      .constantFrom<Partial<Load>>(
        {},
        { engine: 'sqs' },
        { engine: 'sqs-fifo', history: 'failures' },
      )
      .map((carried) => ({ ...idle, ...numbers, ...carried }) as Load),
  );

const rising: readonly LoadName[] = [
  'messages',
  'databases',
  'queues',
  'hours',
  'days',
  'handlerMs',
  'payloadBytes',
  'keepDays',
  'restoreDays',
  'computeUnits',
  'helpers',
  'consumerMb',
  'httpMb',
  'requestMs',
  'logBytes',
  'alarms',
  'metrics',
];

test.each(rising)('more %s never costs less', (name) => {
  const modes = spread.includes(name) ? withoutHandOver : anyMode;
  fc.assert(
    fc.property(anyLoad, modes, fc.double({ min: 0, max: 1, noNaN: true }), (load, mode, by) => {
      const more = load[name] + Math.ceil(by * (loadOptions[name].to - load[name]));
      const before = monthlyCosts(load, mode).total;
      const after = monthlyCosts({ ...load, [name]: more }, mode).total;
      expect(after).toBeGreaterThanOrEqual(before * (1 - 1e-12));
    }),
  );
});

test('with hand-over, drains that each finish their own share need no helpers', () => {
  const load = { ...idle, messages: 1_500_001, hours: 0.1, handlerMs: 0, concurrency: 1 };
  const helpers = (days: number) => {
    const { invocations, scheduled } = consumerTime({ ...load, days }, toMode(['hand-over']));
    return invocations - scheduled;
  };
  expect(helpers(1)).toBeGreaterThan(0);
  expect(helpers(2)).toBe(0);
});

test('a compute is awake for no more hours than a month has, and asleep costs no more than polling', () => {
  fc.assert(
    fc.property(anyLoad, (load) => {
      const asleep = awakeHours(load, toMode(['sleep']));
      const polling = awakeHours({ ...load, tickMinutes: 1 }, toMode(['polling']));
      expect(asleep).toBeGreaterThan(0);
      expect(asleep).toBeLessThanOrEqual(730);
      expect(polling).toBeCloseTo(730, 9);
    }),
  );
});
