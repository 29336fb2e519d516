// A follow-up's idempotency key that the open transaction of another settle holds.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, done } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

test('is waited for within a bound, and what does not need it is settled alone', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { groupKey: 'g' },
    { groupKey: 'h' },
    { groupKey: 'i' },
    { groupKey: 'g' },
  ]);
  const { deliveries } = await queue.claim({ count: 3 });
  const [keyed, other, holding] = deliveries;
  if (!keyed || !other || !holding) throw new Error('three were to be claimed');
  const followUp = { type: queue.type, idempotencyKey: 'held', payload: {} };
  const ends = done(keyed, { enqueue: [followUp] });
  const consumer = await connect(db);
  await consumer.query('begin');
  await queue.on(consumer).settle(done(holding, { enqueue: [followUp] }));
  await expect(queue.settle(ends, done(other))).rejects.toMatchObject({ code: 'MR011' });
  expect(await queue.settle(done(other))).toMatchObject({ settled: 1 });
  await consumer.query('rollback');
  expect(await queue.settle(ends)).toMatchObject({ settled: 1 });
});

test('leaves the lock_timeout of the transaction as its caller has set it', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  const client = await connect(db);
  await client.query("begin; set local lock_timeout = '7s'");
  const delivery = await queue.on(client).claimOne();
  await queue.on(client).settle(done(delivery, { enqueue: [{ type: queue.type }] }));
  const { rows } = await client.query('show lock_timeout');
  expect(rows).toEqual([{ lock_timeout: '7s' }]);
  await client.query('rollback');
});
