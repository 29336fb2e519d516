import { describe, expect, test } from 'vitest';
import { defineQueue } from '#queue/declare/queue.ts';
import { Pace } from '#queue/drain/pace.ts';

const policy = { concurrency: 10, batchSize: 200 };
const setup = (changes: Partial<typeof policy> = {}) =>
  new Pace(defineQueue({ name: 'a', policy: { ...policy, ...changes }, subscriptions: [] }).policy);

function record(pace: Pace, ms: number, times = 100): Pace {
  for (let run = 0; run < times; run += 1) pace.record(ms, 1, false);
  return pace;
}

describe('the window', () => {
  test('is two rounds of handlers while nothing is known', () => {
    expect(setup().window).toBe(20);
    expect(setup({ batchSize: 5 }).window).toBe(5);
  });

  test('grows to a batch with fast handlers', () => {
    expect(record(setup(), 0).window).toBe(200);
    expect(record(setup(), 1).window).toBe(200);
  });

  test.each([
    [100, 100],
    [1_000, 10],
    [5_000, 2],
    [60_000, 1],
  ])('with handlers of %d ms is %d', (ms, window) => {
    expect(record(setup(), ms).window).toBe(window);
  });

  test('shrinks when handlers become slow and grows when they recover', () => {
    const pace = record(setup(), 1);
    expect(record(pace, 5_000).window).toBeLessThanOrEqual(3);
    expect(record(pace, 1).window).toBe(200);
  });

  test('holds a claim of large messages, and all of small ones', () => {
    const pace = record(setup(), 0);
    pace.claimed(10, 2_560, false);
    expect([pace.window, pace.most]).toEqual([16, 16]);
    pace.claimed(1, 5_000, false);
    expect([pace.window, pace.most]).toEqual([1, 1]);
    pace.claimed(200, 200, false);
    expect([pace.window, pace.most]).toEqual([200, 200]);
    pace.claimed(0, 0, false);
    expect(pace.most).toBe(200);
  });

  test('goes by what a survey says of messages until a claim knows better', () => {
    const pace = setup();
    pace.surveyed(256);
    expect([pace.expectsLarge, pace.window, pace.most]).toEqual([true, 16, 16]);
    pace.surveyed(null);
    expect(pace.expectsLarge).toBe(true);
    pace.claimed(20, 20, false);
    expect([pace.expectsLarge, pace.window]).toEqual([false, 20]);
  });

  test('holds no more than what passed when a claim had to be halved', () => {
    const pace = record(setup(), 0);
    pace.claimed(4, 1_024, true);
    expect(pace.most).toBe(4);
    // It is a bound on bytes: more small ones pass.
    pace.claimed(4, 4, false);
    expect(pace.most).toBe(200);
    pace.claimed(4, 1_024, false);
    expect(pace.most).toBe(4);
  });

  test('is never empty and never more than a batch', () => {
    for (const ms of [0, 1e-9, 1e9, Infinity])
      for (const changes of [{ concurrency: 1 }, { concurrency: 1000 }, { batchSize: 1 }]) {
        const { window } = record(setup(changes), ms);
        expect(window).toBeGreaterThanOrEqual(1);
        expect(window).toBeLessThanOrEqual(changes.batchSize ?? 200);
      }
  });
});

describe('the slowest run', () => {
  test('is what a handler that starts now may take', () => {
    expect(setup().slowestMs).toBe(0);
    expect(record(record(setup(), 300), 20).slowestMs).toBe(300);
  });

  test('is not one that was aborted', () => {
    const pace = record(setup(), 20);
    pace.record(30_000, 1, true);
    expect(pace.slowestMs).toBe(20);
    expect(pace.window).toBeLessThan(20);
  });
});
