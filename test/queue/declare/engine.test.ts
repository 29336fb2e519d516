import { describe, expect, test } from 'vitest';
import { isOnSqs, isRelayed } from '#queue/declare/engine.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { numbered } from '#test/support/numbered.ts';

const declare = (policy: { readonly [Option in keyof QueuePolicy]?: unknown }) =>
  defineQueue({ name: 'a', policy: policy as Partial<QueuePolicy>, subscriptions: [] });

test('is Postgres unless the policy says otherwise', () => {
  expect(isOnSqs(declare({}))).toBe(false);
  expect(isOnSqs(declare({ engine: 'postgres' }))).toBe(false);
  expect(isOnSqs(declare({ engine: 'sqs' }))).toBe(true);
  expect(isOnSqs(declare({ engine: 'sqs-fifo' }))).toBe(true);
});

test.each([
  ['engine', 'SQS', 'postgres, sqs, sqs-fifo'],
  ['engine', null, 'postgres, sqs, sqs-fifo'],
  ['engine', undefined, 'postgres, sqs, sqs-fifo'],
  ['history', 'none', 'all, failures'],
  ['once', 'yes', 'true, false'],
  ['relay', 0, 'true, false'],
])('takes no %s: %j', (option, value, known) => {
  expect(() => declare({ engine: 'sqs', [option]: value })).toThrow(
    new TypeError(`Queue "a": ${option} is one of ${known}; got ${value}`),
  );
});

test.each([{ history: 'failures' }, { once: true }, { relay: false }])(
  'keeps %j for queues on SQS',
  (options) => {
    expect(() => declare(options)).toThrow(
      new TypeError(
        'Queue "a": history, once and relay are for an SQS engine; Postgres keeps all, and hands nothing out twice',
      ),
    );
    expect(declare({ engine: 'sqs', ...options }).policy).toMatchObject(options);
  },
);

test('is relayed unless it is on its way back', () => {
  expect(isRelayed(declare({}))).toBe(false);
  expect(isRelayed(declare({ engine: 'sqs' }))).toBe(true);
  expect(isRelayed(declare({ engine: 'sqs', relay: false }))).toBe(false);
});

test("takes another queue's whole policy", () => {
  const { policy } = declare({ maxAttempts: 3 });
  expect(declare({ ...policy }).policy).toEqual(policy);
  expect(declare({ ...policy, engine: 'sqs' }).policy.maxAttempts).toBe(3);
});

describe('priorities', () => {
  test.each([[[1]], [[2, 5]], [[1, 2, 3, 4, 5, 6, 7, 8, 9]]])(
    'are classes of sqs: %j',
    (priorities) => {
      expect(declare({ engine: 'sqs', priorities }).policy.priorities).toEqual(priorities);
    },
  );

  test.each([
    [[]],
    [[0, 5]],
    [[5, 10]],
    [[5, 2]],
    [[5, 5]],
    [[2.5]],
    ['5'],
    [['5']],
    [5],
    [undefined],
  ])('are whole numbers in their order: %j', (priorities) => {
    for (const engine of ['postgres', 'sqs', 'sqs-fifo'])
      expect(() => declare({ engine, priorities })).toThrow(
        new TypeError(
          `Queue "a": priorities are whole numbers from 1 to 9, the most urgent first; got ${priorities}`,
        ),
      );
  });

  test.each(['postgres', 'sqs-fifo'])('do not go with %s', (engine) => {
    for (const priorities of [[2, 5], [4]])
      expect(() => declare({ engine, priorities })).toThrow(
        new TypeError(
          'Queue "a": priorities are for engine "sqs": Postgres claims by them anyway, and in several SQS queues a group has no order',
        ),
      );
    expect(declare({ engine, priorities: [5] }).policy.priorities).toEqual([5]);
  });
});

test('a standard queue may be fair, and one in order may not', () => {
  expect(declare({ engine: 'sqs', fair: true }).policy.fair).toBe(true);
  expect(() => declare({ engine: 'sqs-fifo', fair: true })).toThrow(
    new TypeError(
      'Queue "a": fair does not go with engine "sqs-fifo": a FIFO queue hands groups out in its own order',
    ),
  );
});

describe.each(['sqs', 'sqs-fifo'])('engine "%s"', (engine) => {
  test.each([
    ['maxInFlight', 5, 'SQS cannot count exactly'],
    ['maxInFlightPerKey', 5, 'SQS cannot count exactly'],
    ['maxDepth', 5, 'SQS cannot count exactly'],
    ['rate', { starts: 1, perSeconds: 1 }, 'SQS cannot count exactly'],
    ['ratePerKey', { starts: 1, perSeconds: 1 }, 'SQS cannot count exactly'],
    ['deadBlocksGroup', true, 'SQS goes on without what has died'],
    ['groupConcurrency', 2, 'SQS hands out one member of a group at a time'],
  ])('does not go with %s', (option, value, reason) => {
    expect(() => declare({ engine, [option]: value })).toThrow(
      new TypeError(`Queue "a": ${option} does not go with engine "${engine}": ${reason}`),
    );
  });

  test('does not go with a handler inside the transaction that settles', () => {
    const define = (subscription: ReturnType<typeof on> | ReturnType<typeof onInTransaction>) =>
      defineQueue({
        name: 'a',
        policy: { engine: engine as 'sqs' },
        subscriptions: [subscription],
      });
    expect(() => define(onInTransaction(numbered, () => {}))).toThrow(
      new TypeError(
        `Queue "a": onInTransaction, as for "${numbered.name}", does not go with engine "${engine}": no transaction settles what SQS holds`,
      ),
    );
    expect(define(on(numbered, () => {})).subscriptions).toHaveLength(1);
  });
});
