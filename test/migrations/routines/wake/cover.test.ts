// The word between enqueues and drains: either an enqueue learns that nobody will look, or somebody looks after its commit.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { giveUpCover, takeCover } from '#queue/routines/cover.ts';
import { enqueueToWake, type NewMessage } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';

const queue = defineQueue({ name: 'plain', subscriptions: [on(numbered, async () => {})] });
const budgetMs = 5_000;
const eagerly = { caller: null, isEager: true };
const message = (options: object = {}): NewMessage => ({
  ...options,
  id: uuidV7(),
  type: numbered.name,
  payload: { n: 1 },
});
const wakes = async ({ database }: OpenQueues, options = {}) =>
  (await enqueueToWake(database, [message(options)], eagerly)).wake;

test('of many enqueues one wakes a consumer, and another one when that wake-up has been lost', async () => {
  const queues = await openQueues(queue);
  expect(await wakes(queues)).toBe(true);
  // However long a busy machine takes for the next one.
  await queues.query(
    `update millrace.wake_up set covered_until = covered_until + interval '1 hour'`,
  );
  expect(await wakes(queues)).toBe(false);
  await queues.query(`update millrace.wake_up set covered_until = now() - interval '1 ms'`);
  expect(await wakes(queues)).toBe(true);
});

test('a hundred enqueues at once wake one consumer in two seconds', async () => {
  const queues = await openQueues(queue);
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 100 }, () => wakes(queues)));
  const woken = answers.filter((wake) => wake).length;
  expect(woken).toBeGreaterThan(0);
  expect(woken).toBeLessThanOrEqual(1 + Math.floor((performance.now() - startedAt) / 2_000));
});

test('nobody is woken for what is delayed, nor where enqueues wake nobody', async () => {
  const queues = await openQueues(queue);
  expect(await wakes(queues, { delaySeconds: 30 })).toBe(false);
  const lazily = { caller: null, isEager: false };
  expect(await enqueueToWake(queues.database, [message()], lazily)).toMatchObject({ wake: false });
  expect(await wakes(queues)).toBe(true);
});

test('what is refused wakes nobody', async () => {
  const queues = await openQueues(queue);
  const unknown = { ...message(), type: 'not.declared' };
  await expect(enqueueToWake(queues.database, [unknown], eagerly)).rejects.toThrow(/not\.declared/);
  expect(await wakes(queues)).toBe(true);
});

test('a drain covers, until it gives up or its time is over', async () => {
  const queues = await openQueues(queue);
  const drain = randomUUID();
  await takeCover(queues.database, { drain, budgetMs, forMs: 55_000 });
  expect(await wakes(queues)).toBe(false);
  await giveUpCover(queues.database, { drain, budgetMs });
  expect(await wakes(queues)).toBe(true);
  await takeCover(queues.database, { drain, budgetMs, forMs: 0 });
  expect(await wakes(queues)).toBe(true);
});

test('a drain that gives up leaves the cover of another one', async () => {
  const queues = await openQueues(queue);
  const [first, second] = [randomUUID(), randomUUID()];
  await takeCover(queues.database, { drain: first, budgetMs, forMs: 55_000 });
  await takeCover(queues.database, { drain: second, budgetMs, forMs: 55_000 });
  await giveUpCover(queues.database, { drain: first, budgetMs });
  expect(await wakes(queues)).toBe(false);
});

const enqueue = `select millrace.enqueue_to_wake($1, null, true)->>'wake' as wake`;

test('a drain that gives up waits for an enqueue that has its word, and sees what it has stored', async () => {
  const queues = await openQueues(queue);
  const drain = randomUUID();
  await takeCover(queues.database, { drain, budgetMs, forMs: 55_000 });
  const producer = await connect(queues);
  await producer.query('begin');
  const { rows } = await producer.query(enqueue, [JSON.stringify([message()])]);
  expect(rows).toEqual([{ wake: 'false' }]);
  const givenUp = giveUpCover(queues.database, { drain, budgetMs });
  expect(await waitsForLock(queues, givenUp)).toBe(true);
  // Whoever comes now is not promised anything.
  expect(await wakes(queues)).toBe(true);
  await producer.query('commit');
  await givenUp;
  expect(await queues.statuses()).toEqual({ pending: 2 });
});

test('an enqueue that hangs is not waited for', async () => {
  const queues = await openQueues(queue);
  const drain = randomUUID();
  await takeCover(queues.database, { drain, budgetMs, forMs: 55_000 });
  const producer = await connect(queues);
  await producer.query('begin');
  await producer.query(enqueue, [JSON.stringify([message()])]);
  await giveUpCover(queues.database, { drain, budgetMs });
  await producer.query('rollback');
  expect(await wakes(queues)).toBe(true);
});

test('an enqueue never waits for another that asks', async () => {
  const queues = await openQueues(queue);
  const producer = await connect(queues);
  await producer.query('begin');
  const { rows } = await producer.query(enqueue, [JSON.stringify([message()])]);
  expect(rows).toEqual([{ wake: 'true' }]);
  // Its answer is not committed, so another one would wait for the row; it passes it by.
  expect(await wakes(queues)).toBe(false);
  await producer.query('commit');
});

test('a repeated enqueue tells again when its message is due', async () => {
  const queues = await openQueues(queue);
  const keyed = { ...message(), idempotencyKey: 'k', delaySeconds: 600 };
  const first = await enqueueToWake(queues.database, [keyed], eagerly);
  const again = await enqueueToWake(queues.database, [{ ...keyed, id: uuidV7() }], eagerly);
  expect(again.enqueued).toMatchObject([{ duplicate: true }]);
  expect(again.dueAt).toBe(first.dueAt);
  expect(Date.parse(again.dueAt ?? '') - Date.parse(first.now)).toBeCloseTo(600_000, -3);
});
