// The figures that were worked out by hand. Where a paper figure is a range, the computed one lies in it.
import { describe, expect, test } from 'vitest';
import { durableFunctionsCost } from '#infra/cost/durable-functions.ts';
import { idle, type Load } from '#infra/cost/load.ts';
import { toMode } from '#infra/cost/mode.ts';
import { monthlyCosts } from '#infra/cost/monthly-costs.ts';

const polling = toMode(['polling']);
const sleep = toMode(['sleep']);

/** What the paper figures leave out, and the sizes that they were worked out with. */
const paper: Load = {
  ...idle,
  consumerMb: 512,
  httpMb: 256,
  handlerMs: 20,
  concurrency: 1,
  logBytes: 0,
  metrics: 0,
  alarms: 0,
};
const computeOf = (load: Load, mode = polling) => monthlyCosts(load, mode).parts['Neon compute'];
const total = (load: Load, mode = polling) => monthlyCosts(load, mode).total;

describe('steps', () => {
  const million: Load = { ...idle, messages: 1e6 };

  test('cost what they store, and what handlers wait while they are recorded', () => {
    const [without, four] = [0, 4].map((steps) => monthlyCosts({ ...million, steps }, polling));
    const more = (part: string) => (four?.parts[part] ?? 0) - (without?.parts[part] ?? 0);
    // 4 million rows of 296 bytes for 30 days at 0.35 USD, and their log for a day at 0.20.
    expect(more('Neon storage')).toBeCloseTo(1.184 * (30 / (365 / 12)) * 0.35, 5);
    expect(more('Neon restore')).toBeCloseTo((2.096 / (365 / 12)) * 0.2, 5);
    // Five calls of 5 ms, ten handlers at once, at 1 GB.
    expect(more('consumer')).toBeCloseTo(2500 * 0.0000133334, 5);
  });

  test('cost Lambda’s durable functions eight dollars a million, and what they keep', () => {
    const load = { ...million, steps: 3, payloadBytes: 0, keepDays: 0 };
    expect(durableFunctionsCost(load)).toBeCloseTo(32 + 0.3 * 0.25, 5);
    expect(durableFunctionsCost({ ...load, engine: 'sqs' })).toBe(0);
  });
});

describe('with nothing to do', () => {
  test('a query each minute keeps the compute awake: 182.5 CU hours, 19.35 USD', () => {
    const { computeUnitHours, parts } = monthlyCosts(idle, polling);
    expect(computeUnitHours).toBe(182.5);
    expect(parts['Neon compute']).toBeCloseTo(19.345, 3);
  });

  test('each of three databases is kept awake by its own ticks', () => {
    const three = monthlyCosts({ ...idle, databases: 3 }, polling);
    expect(three).toMatchObject({ awakeHours: 730, computeUnitHours: 3 * 182.5 });
    expect(three.parts['consumer']).toBeCloseTo(3 * 0.067, 2);
    expect(three.parts['alarms']).toBe(monthlyCosts(idle, polling).parts['alarms']);
  });

  test('that is 40.5 USD on the Scale plan', () => {
    expect(computeOf({ ...idle, plan: 'scale' })).toBeCloseTo(40.5, 1);
  });

  test.each([
    [1, 19.3],
    [5, 19.3],
    [10, 10.1],
    [15, 6.7],
    [30, 3.4],
    [60, 1.7],
    [1440, 0.07],
  ])('a look every %d minutes costs %d USD', (tickMinutes, usd) => {
    const digits = usd < 1 ? 2 : 1;
    expect(Number(computeOf({ ...idle, tickMinutes })?.toFixed(digits))).toBe(usd);
  });

  test('asleep, the backstop of 6 hours costs 0.28 USD', () => {
    expect(computeOf(idle, sleep)).toBeCloseTo(0.28, 2);
  });

  test('ticks that find nothing cost 0.07 USD', () => {
    expect(monthlyCosts(idle, polling).parts['consumer']).toBeCloseTo(0.067, 3);
  });

  test('what asks the database every four minutes takes all that sleep saves', () => {
    expect(computeOf({ ...idle, touchMinutes: 4 }, sleep)).toBeCloseTo(19.345, 3);
  });
});

describe('with messages', () => {
  test('one a minute leaves no gap to sleep in', () => {
    expect(computeOf({ ...idle, messages: 43_800 }, sleep)).toBeCloseTo(19.345, 3);
  });

  test('one an hour costs about 2 USD asleep', () => {
    expect(total({ ...paper, messages: 730 }, sleep)).toBeGreaterThan(1.5);
    expect(total({ ...paper, messages: 730 }, sleep)).toBeLessThan(3.5);
  });

  test('a million costs 21 USD: Neon 19.35, the API 1.00, its function 0.40, the consumer 0.23', () => {
    const { parts, total: sum } = monthlyCosts({ ...paper, messages: 1e6 }, polling);
    expect(parts['Neon compute']).toBeCloseTo(19.345, 3);
    expect(parts['HTTP API']).toBe(1);
    expect(parts['http function']).toBeCloseTo(0.4, 2);
    expect(parts['consumer']).toBeCloseTo(0.23, 1);
    expect(Math.round(sum)).toBe(21);
  });

  test.each([
    { batch: 1, computeUnits: 1, from: 240, to: 300 },
    { batch: 1, computeUnits: 2, from: 300, to: 340 },
    { batch: 10, computeUnits: 1, from: 120, to: 180 },
    { batch: 10, computeUnits: 2, from: 180, to: 220 },
  ])('100 million, $batch in a request, on $computeUnits CU cost $from to $to USD', (row) => {
    const { batch, computeUnits, from, to } = row;
    const usd = total({ ...paper, messages: 1e8, batch, computeUnits });
    expect(usd).toBeGreaterThan(from);
    expect(usd).toBeLessThan(to);
  });

  test.each([
    // Messages a second; with 0.6 ms of Postgres each, twice that of a compute, 2,628,000 seconds a month, 0.106 USD an hour.
    { perSecond: 100, batch: 1, usd: 19.345 },
    { perSecond: 1000, batch: 1, usd: 92.856 },
    { perSecond: 1000, batch: 10, usd: 19.345 },
    { perSecond: 10_000, batch: 10, usd: 162.498 },
  ])('$perSecond a second, $batch in a request, are a compute of $usd USD', (row) => {
    const { perSecond, batch, usd } = row;
    const messages = perSecond * 2_628_000;
    expect(computeOf({ ...idle, messages, batch })).toBeCloseTo(usd, 2);
  });

  test('enqueued in SQL, they pay for no request', () => {
    const { parts } = monthlyCosts({ ...idle, messages: 1e8, httpShare: 0 }, polling);
    expect(parts).toMatchObject({ 'HTTP API': 0, 'http function': 0 });
    const half = monthlyCosts({ ...idle, messages: 1e8, httpShare: 0.5 }, polling).parts;
    expect(half['HTTP API']).toBe(50);
  });

  test('what is beyond 300 million requests costs 0.90 a million', () => {
    expect(monthlyCosts({ ...paper, messages: 4e8 }, polling).parts['HTTP API']).toBe(390);
  });

  test('bursts leave gaps, and the compute sleeps in them', () => {
    const load = { ...idle, messages: 100_000, hours: 8, days: 22 };
    expect(monthlyCosts({ ...load, burst: 5000 }, sleep).awakeHours).toBeLessThan(20);
    expect(monthlyCosts(load, sleep).awakeHours).toBeGreaterThan(8 * 22);
    expect(monthlyCosts(load, sleep).awakeHours).toBeLessThan(9 * 22);
  });

  test('eager pays for an invocation of the consumer where polling waits for the next tick', () => {
    const load = { ...idle, messages: 1e6 };
    const consumerOf = (mode: typeof polling) => monthlyCosts(load, mode).parts['consumer'] ?? 0;
    expect(consumerOf(toMode(['eager']))).toBeGreaterThan(2 * consumerOf(polling));
  });

  test('hand-over costs next to nothing: the same work, in more invocations', () => {
    const load = { ...idle, messages: 1e7, burst: 100_000, handlerMs: 50 };
    const more = total(load, toMode(['hand-over'])) - total(load);
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(0.05);
  });
});

test('the Free plan costs nothing and has 100 CU hours', () => {
  expect(computeOf({ ...idle, plan: 'free' })).toBe(0);
});

test('a metric is paid for in the hours in which it is sent', () => {
  const load = { ...idle, messages: 1e6, metrics: 6 };
  expect(monthlyCosts(load, polling).parts['metrics']).toBeCloseTo(1.8, 6);
  const byDay = { ...load, hours: 8, days: 22 };
  expect(monthlyCosts(byDay, polling).parts['metrics']).toBeCloseTo((1.8 * 8 * 22) / 730, 6);
  expect(monthlyCosts({ ...load, messages: 0 }, polling).parts['metrics']).toBe(0);
});

test('what is switched on beside has its price', () => {
  const extras = { metrics: 10, alarms: 10, dashboards: 1, secrets: 1, natGateways: 1 };
  const { parts } = monthlyCosts({ ...idle, messages: 1e6, ...extras }, sleep);
  expect(parts).toMatchObject({ metrics: 3, alarms: 1, dashboards: 3, secrets: 0.4 });
  expect(parts['NAT gateways']).toBe(32.85);
});
