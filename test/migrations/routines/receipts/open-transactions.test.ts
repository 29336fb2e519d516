// A transaction that somebody leaves open, a producer, an operator or a consumer, delays nothing of a queue on SQS that it has nothing
// to do with. What shares a batch with something that it holds: test/queue/receive/held.test.ts.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const error = { name: 'Error', message: 'broken' };

/** What the transaction that stays open may have to do with. */
interface Given {
  readonly by: SqsQueue;
  readonly operator: Operator;
  readonly sqs: SqsQueue;
}

const acts: Readonly<Record<string, (given: Given) => Promise<unknown>>> = {
  'a producer has enqueued': ({ by }) =>
    by.queue.enqueueMany([{ groupKey: 'open', idempotencyKey: 'open' }, { groupKey: 'open' }]),
  'an operator has cancelled': async ({ sqs, operator }) =>
    operator.cancel(await sqs.queue.enqueue({ groupKey: 'open', priority: 9 })),
  'an operator has purged': async ({ sqs, operator }) => {
    await sqs.queue.enqueue({ groupKey: 'open', priority: 9 });
    return operator.purge(sqs.queue.name);
  },
  'an operator has paused': ({ by }) => by.queue.pause(),
  'an operator has redriven': async ({ sqs, operator }) => {
    const copy = await sqs.relayOne({ groupKey: 'open' });
    await sqs.settle(randomUUID(), { message: copy, outcome: 'dead', ms: 1, error });
    return operator.redrive({ ids: [copy.id] });
  },
  'an operator has replayed': async ({ sqs, operator }) =>
    operator.replay((await sqs.relayOne({ groupKey: 'open' })).id),
  'a relay has settled': async ({ sqs, by }) => {
    await sqs.queue.enqueue({ groupKey: 'open' });
    await by.relay(1);
  },
  'a consumer has taken': async ({ sqs, by }) =>
    by.receive([await sqs.relayOne({ groupKey: 'open' })], { count: 1 }),
  'a consumer has settled': async ({ sqs, by }) => {
    const message = await sqs.relayOne({ groupKey: 'open' });
    return by.settle(randomUUID(), { message, outcome: 'retry', ms: 1, error });
  },
};

/** The life of a message with every call for it, a dead end, and what an operator does with that. */
async function lifeOf(client: Client, sqs: SqsQueue): Promise<void> {
  const by = sqs.on(client);
  const operator = new Operator(db.query).on(client);
  const token = randomUUID();
  const relayed = () =>
    by.relayOne({ groupKey: randomUUID(), idempotencyKey: randomUUID(), priority: 1 });
  const message = await relayed();
  await by.receive([message], { token, count: 1 });
  const taken = { message, attempt: 1, ms: 1 };
  await by.settle(token, { ...taken, outcome: 'retry', error, delaySeconds: 0 });
  await by.bury([message]);
  await operator.redrive({ ids: [message.id] });
  await operator.cancel(message.id);
  const other = await relayed();
  await by.settle(randomUUID(), { message: other, outcome: 'done', ms: 1 });
  await operator.replay(other.id);
  await operator.cancel(other.id);
}

test.each(Object.keys(acts))('while %s, nothing else waits', async (name) => {
  const sqs = await declareSqsQueue(db, { engine: 'sqs-fifo' });
  const client = await connect(db);
  await client.query('begin');
  const given = { by: sqs.on(client), operator: new Operator(db.query).on(client), sqs };
  await acts[name]?.(given);
  const other = await connect(db);
  const life = lifeOf(other, sqs);
  expect(await waitsForLock(db, life)).toBe(false);
  await life;
  await client.query('commit');
});
