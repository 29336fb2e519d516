// The projection as plain arithmetic, over loads drawn at random.
import { describe, expect, test } from 'vitest';
import { helpersNeeded, type QueueLoad } from '#queue/drain/helpers-needed.ts';
import { seededRandom } from '#test/support/chaos/seeded-random.ts';

const left = { ownMs: 50_000, helperMs: 50_000 };
const load = (waiting: number, eachMs: number, policy: object = {}): QueueLoad => ({
  policy: { concurrency: 16, ...policy },
  waiting,
  eachMs,
});

/** Loads from next to nothing to far too much, some of them under limits. */
function anyLoads(count: number): QueueLoad[] {
  const random = seededRandom();
  return Array.from({ length: count }, () =>
    load(random.below(10 ** (1 + random.below(6))), (1 + random.below(5_000)) / 100, {
      concurrency: 1 + random.below(50),
      ...(random.isOneOf(4) && { maxInFlight: 1 + random.below(200) }),
      ...(random.isOneOf(4) && { rate: { starts: 1 + random.below(500), perSeconds: 1 } }),
    }),
  );
}

describe('a backlog', () => {
  test('that fits into the time of one consumer needs nobody', () => {
    expect(helpersNeeded([], left)).toBe(0);
    expect(helpersNeeded([load(0, 50)], left)).toBe(0);
    expect(helpersNeeded([load(10_000, 3)], left)).toBe(0);
  });

  test('of 100,000 messages with handlers of 50 ms needs eight helpers to be done in one tick', () => {
    expect(helpersNeeded([load(100_000, 50 / 16 + 0.25)], left)).toBe(8);
  });

  test('is that of the queue that takes longest, since queues are drained side by side', () => {
    const loads = anyLoads(200);
    const one = loads.map((each) => helpersNeeded([each], left));
    expect(helpersNeeded(loads, left)).toBe(Math.max(...one));
  });

  test('needs more the larger it is, the slower its handlers and the less time is left', () => {
    for (const each of anyLoads(500)) {
      const needed = helpersNeeded([each], left);
      const of = (changes: Partial<QueueLoad>, ownMs = left.ownMs) =>
        helpersNeeded([{ ...each, ...changes }], { ...left, ownMs });
      expect(of({ waiting: each.waiting * 2 })).toBeGreaterThanOrEqual(needed);
      expect(of({ eachMs: each.eachMs * 2 })).toBeGreaterThanOrEqual(needed);
      expect(of({}, left.ownMs / 2)).toBeGreaterThanOrEqual(needed);
    }
  });

  test('is done by as many helpers as it needs, where no limit holds them up', () => {
    for (const { waiting, eachMs } of anyLoads(500)) {
      const needed = helpersNeeded([load(waiting, eachMs, { concurrency: 1 })], left);
      const togetherMs = left.ownMs + needed * left.helperMs;
      expect(togetherMs).toBeGreaterThanOrEqual(Math.min(waiting, needed + 1) * eachMs);
    }
  });
});

describe('helpers', () => {
  test('are never more than have a delivery for each of their handlers', () => {
    // 20 deliveries of ten minutes each: the second consumer takes the last four.
    expect(helpersNeeded([load(20, 600_000 / 16)], left)).toBe(1);
    expect(helpersNeeded([load(16, 600_000 / 16)], left)).toBe(0);
  });

  test('are of no use where few may be in flight', () => {
    expect(helpersNeeded([load(100_000, 50, { maxInFlight: 16 })], left)).toBe(0);
    expect(helpersNeeded([load(100_000, 50, { maxInFlight: 40 })], left)).toBe(2);
  });

  test('are of no use where a rate lets one consumer start all', () => {
    const rate = { starts: 100, perSeconds: 1 };
    expect(helpersNeeded([load(100_000, 10.4, { rate })], left)).toBe(0);
    expect(helpersNeeded([load(100_000, 40, { rate })], left)).toBe(3);
  });

  test('are none, whatever waits, when they would have no time', () => {
    expect(helpersNeeded([load(100_000, 50)], { ownMs: 0, helperMs: 0 })).toBe(0);
  });
});
