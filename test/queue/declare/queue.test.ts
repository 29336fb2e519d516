import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { numbered } from '#test/support/numbered.ts';

const payload = z.unknown();
const nothing = () => {};

describe('a message type', () => {
  test.each(['a', 'order.placed', 'order_2.placed.2x', 'x'.repeat(100)])(
    'may be named "%s"',
    (name) => {
      expect(defineMessageType({ name, payload })).toEqual({
        name,
        payload,
        public: false,
        version: 1,
        upcasters: {},
        redact: [],
      });
    },
  );

  test.each([
    '',
    'Order',
    '1.order',
    'order.',
    '.order',
    'order..placed',
    'order placed',
    'order-placed',
    'order.placed\n',
    'x'.repeat(101),
  ])('may not be named %j', (name) => {
    expect(() => defineMessageType({ name, payload })).toThrow(TypeError);
    expect(() => defineMessageType({ name, payload })).toThrow(`got "${name}"`);
  });
});

describe('a queue', () => {
  test('has a policy when none is given', () => {
    expect(defineQueue({ name: 'a-queue_2', subscriptions: [] }).policy).toEqual({
      concurrency: 10,
      batchSize: 200,
      deadBlocksGroup: false,
      groupConcurrency: 1,
      leaseSeconds: 90,
      timeoutSeconds: 30,
      maxAttempts: 10,
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
  ];
  const declare = (option: keyof QueuePolicy, value: unknown) =>
    defineQueue({ name: 'a', policy: { [option]: value }, subscriptions: [] });

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

  test.each(['concurrency', 'batchSize', 'leaseSeconds', 'maxAttempts'] as const)(
    'takes whole numbers for %s',
    (option) => {
      expect(() => declare(option, 7.5)).toThrow('whole number');
    },
  );

  test.each([true, false])('takes deadBlocksGroup: %s', (deadBlocksGroup) => {
    expect(declare('deadBlocksGroup', deadBlocksGroup).policy.deadBlocksGroup).toBe(
      deadBlocksGroup,
    );
  });

  test.each(['waits', 'true', 1, null, undefined])('takes no deadBlocksGroup: %j', (value) => {
    expect(() => declare('deadBlocksGroup', value)).toThrow(
      new TypeError(`Queue "a": deadBlocksGroup is true or false; got ${value}`),
    );
  });
});

describe('a registry', () => {
  const another = defineMessageType({ name: 'test.numbered', payload });
  const queue = (name: string, ...types: (typeof another)[]) =>
    defineQueue({ name, subscriptions: types.map((type) => on(type, nothing)) });

  test('collects the types that its queues subscribe to, and others', () => {
    const lonely = defineMessageType({ name: 'test.lonely', payload });
    const first = defineQueue({ name: 'first', subscriptions: [on(numbered, nothing)] });
    const second = defineQueue({ name: 'second', subscriptions: [on(numbered, nothing)] });
    const registry = defineRegistry({ messageTypes: [lonely], queues: [first, second] });
    expect([...registry.messageTypes.keys()]).toEqual(['test.lonely', 'test.numbered']);
    expect([...registry.queues.values()]).toEqual([first, second]);
    expect(registry.retentionDays).toBe(30);
  });

  test('has one queue of a name', () => {
    expect(() => defineRegistry({ queues: [queue('same'), queue('same')] })).toThrow(
      new TypeError('Two queues are named "same"'),
    );
  });

  test('has one handler for a type in a queue', () => {
    expect(() => defineRegistry({ queues: [queue('a', another, another)] })).toThrow(
      new TypeError('Queue "a" has two handlers for "test.numbered"'),
    );
  });

  test('has one message type of a name', () => {
    const queues = [
      queue('a', another),
      defineQueue({ name: 'b', subscriptions: [on(numbered, nothing)] }),
    ];
    const refusal = new TypeError('Two message types are named "test.numbered"');
    expect(() => defineRegistry({ queues })).toThrow(refusal);
    expect(() => defineRegistry({ messageTypes: [numbered, another], queues: [] })).toThrow(
      refusal,
    );
  });

  test.each([0, -1, 3651, 1.5, NaN])('does not keep messages for %d days', (retentionDays) => {
    expect(() => defineRegistry({ queues: [], retentionDays })).toThrow(TypeError);
  });
});
