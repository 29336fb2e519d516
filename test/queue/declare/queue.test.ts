import { describe, expect, test } from 'vitest';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';

describe('a queue', () => {
  test('has a policy when none is given', () => {
    expect(defineQueue({ name: 'a-queue_2', subscriptions: [] }).policy).toEqual({
      concurrency: 10,
      batchSize: 200,
      deadBlocksGroup: false,
      fair: false,
      engine: 'postgres',
      groupConcurrency: 1,
      history: 'all',
      leaseSeconds: 90,
      timeoutSeconds: 30,
      maxAttempts: 10,
      once: false,
      priorities: [5],
      relay: true,
      retryBaseSeconds: 5,
      retryMaximumSeconds: 3600,
    });
  });

  test.each(['', 'Queue', '2queue', '-queue', 'a queue', 'a.queue', 'queue\n', 'x'.repeat(61)])(
    'may not be named %j',
    (name) => {
      expect(() => defineQueue({ name, subscriptions: [] })).toThrow(TypeError);
    },
  );

  const limits: [keyof QueuePolicy, number, number][] = [
    ['concurrency', 1, 1000],
    ['batchSize', 1, 1000],
    ['leaseSeconds', 5, 43_200],
    ['timeoutSeconds', 0.1, 43_200],
    ['maxAttempts', 1, 1000],
    ['retryBaseSeconds', 0, 86_400],
    ['retryMaximumSeconds', 0, 604_800],
    ['groupConcurrency', 1, 1000],
    ['maxInFlight', 1, 100_000],
    ['maxInFlightPerKey', 1, 1000],
    ['maxDepth', 1, 10_000_000],
  ];
  const declare = (option: keyof QueuePolicy, value: unknown) =>
    defineQueue({ name: 'a', policy: { fair: true, [option]: value }, subscriptions: [] });

  test.each([
    ['maxInFlightPerKey', 2],
    ['ratePerKey', { starts: 1, perSeconds: 1 }],
  ])('takes %s in a fair queue alone', (option, value) => {
    const policy = { [option]: value };
    expect(() => defineQueue({ name: 'a', policy, subscriptions: [] })).toThrow(
      new TypeError(`Queue "a": ${option} needs fair: true`),
    );
  });

  test.each(limits)('takes %s from %d to %d and nothing beyond', (option, from, to) => {
    expect(declare(option, from).policy[option]).toBe(from);
    expect(declare(option, to).policy[option]).toBe(to);
    for (const value of [from - 0.01, from - 1, to + 1, NaN, Infinity, undefined])
      expect(() => declare(option, value)).toThrow(
        new RegExp(
          `^Queue "a": ${option} is a (whole )?number from ${from} to ${to}; got ${value}$`,
        ),
      );
  });

  test.each([
    ...(['concurrency', 'batchSize', 'leaseSeconds', 'maxAttempts'] as const),
    ...(['groupConcurrency', 'maxInFlight', 'maxInFlightPerKey', 'maxDepth'] as const),
  ])('takes whole numbers for %s', (option) => {
    expect(() => declare(option, 7.5)).toThrow('whole number');
  });

  const rates: [string, number, number][] = [
    ['starts', 1, 1_000_000],
    ['perSeconds', 0.001, 86_400],
    ['burst', 1, 1_000_000],
  ];

  test.each(rates)('takes a rate with %s from %d to %d and nothing beyond', (option, from, to) => {
    const declareRate = (value: unknown) =>
      declare('rate', { starts: 10, perSeconds: 1, [option]: value });
    expect(declareRate(from).policy.rate).toMatchObject({ [option]: from });
    expect(declareRate(to).policy.rate).toMatchObject({ [option]: to });
    for (const value of [from / 2, 0, -1, to + 1, NaN, null, '7'])
      expect(() => declareRate(value)).toThrow(
        new RegExp(`^Queue "a": rate\\.${option} is a (whole )?number from .*; got ${value}$`),
      );
  });

  test.each([true, false])('takes deadBlocksGroup: %s', (deadBlocksGroup) => {
    expect(declare('deadBlocksGroup', deadBlocksGroup).policy.deadBlocksGroup).toBe(
      deadBlocksGroup,
    );
  });

  test.each(['yes', 1, null, undefined])('takes no fair: %j', (value) => {
    expect(() => declare('fair', value)).toThrow(
      new TypeError(`Queue "a": fair is true or false; got ${value}`),
    );
  });

  test.each(['waits', 'true', 1, null, undefined])('takes no deadBlocksGroup: %j', (value) => {
    expect(() => declare('deadBlocksGroup', value)).toThrow(
      new TypeError(`Queue "a": deadBlocksGroup is true or false; got ${value}`),
    );
  });
});
