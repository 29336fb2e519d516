// Debounce under producers and consumers who meet: one live message for each key, and each message's end is known.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { enqueueOne, replacing } from '#test/support/sql/keyed.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** How often each outcome was logged in the queue. */
async function outcomes(queue: SqlQueue): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of await queue.attempts()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test('20 connections that replace one key leave one live, and every other cancelled', async () => {
  const queue = await declareQueue(db);
  const clients = await connections(db, 20);
  const rounds = 10;
  const ids: string[] = [];
  const replace = async (client: Client, n: number) => {
    for (let round = 0; round < rounds; round += 1) {
      const message = replacing({ payload: [n, round], ...(n % 2 && { groupKey: 'g' }) });
      ids.push((await enqueueOne(queue.on(client), message)).id);
    }
  };
  await Promise.all(clients.map(replace));
  const rows = await queue.rows();
  expect(rows).toHaveLength(1);
  expect(await enqueueOne(queue, replacing({ payload: 'last' }))).toMatchObject({
    duplicate: false,
  });
  expect(await outcomes(queue)).toEqual({ cancelled: 20 * rounds });
  expect(new Set(ids).size).toBe(20 * rounds);
});

test('producers that replace and consumers that claim lose nothing and do nothing twice', async () => {
  const queue = await declareQueue(db);
  const clients = await connections(db, 12);
  let producing = 8;
  let most = 0;
  const produce = async (client: Client, n: number) => {
    for (let round = 0; round < 25; round += 1)
      await enqueueOne(queue.on(client), replacing({ payload: [n, round] }));
    producing -= 1;
  };
  const consume = async (client: Client) => {
    const connected = queue.on(client);
    for (;;) {
      const isLast = producing === 0;
      const { deliveries } = await connected.claim({ count: 5 });
      most = Math.max(most, deliveries.length);
      if (deliveries.length === 0 && isLast) return;
      expect((await connected.settle(...deliveries.map((each) => done(each)))).stale).toEqual([]);
    }
  };
  await Promise.all(clients.map((client, n) => (n < 8 ? produce(client, n) : consume(client))));
  const { cancelled = 0, done: finished = 0 } = await outcomes(queue);
  expect(cancelled + finished).toBe(8 * 25);
  expect(finished).toBeGreaterThan(0);
  expect(await queue.rows()).toEqual([]);
  // At most one message of a key waits.
  expect(most).toBe(1);
  const ends = await queue.attempts();
  expect(ends).toHaveLength(8 * 25);
});

test('one that is being claimed is left alone, without waiting for the claim', async () => {
  const queue = await declareQueue(db);
  const first = await enqueueOne(queue, replacing());
  const consumer = await connect(db);
  await consumer.query('begin');
  const claimed = await queue.on(consumer).claimOne();
  const second = await enqueueOne(queue, replacing({ payload: 2 }));
  await consumer.query('commit');
  expect((await queue.rows()).map(({ id }) => id)).toEqual([first.id, second.id]);
  expect((await queue.settle(done(claimed))).settled).toBe(1);
});

test('one that is being replaced is not claimed', async () => {
  const queue = await declareQueue(db);
  await enqueueOne(queue, replacing());
  const producer = await connect(db);
  await producer.query('begin');
  const second = await enqueueOne(queue.on(producer), replacing({ payload: 2 }));
  expect((await queue.claim()).deliveries).toEqual([]);
  await producer.query('commit');
  expect((await queue.claimOne()).id).toBe(second.id);
});

test('batches that replace and batches that do not never wait in a circle', async () => {
  const queue = await declareQueue(db);
  const clients = await connections(db, 16);
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const produce = async (client: Client, n: number) => {
    for (let round = 0; round < 12; round += 1) {
      const order = (n + round) % 2 ? keys : keys.toReversed();
      const batch = order.map((idempotencyKey, place) => ({
        idempotencyKey,
        // Groups change places between batches, so that the groups that are left and those that are joined would be locked
        // in opposite orders if they were not sorted.
        groupKey: `g${(place + n) % 3}`,
        replace: (place + n) % 2 === 0,
        payload: 'same',
      }));
      await queue.on(client).enqueueMany(batch);
    }
  };
  const consume = async (client: Client) => {
    const connected = queue.on(client);
    for (let n = 0; n < 60; n += 1) {
      const { deliveries } = await connected.claim({ count: 2 });
      await connected.settle(...deliveries.map((each) => done(each)));
    }
  };
  await Promise.all(clients.map((client, n) => (n < 12 ? produce(client, n) : consume(client))));
  // No member was left blocked for ever: the rest comes out one after another.
  for (let left = (await queue.rows()).length; left > 0; left -= 1)
    await queue.settle(done(await queue.claimOne()));
  expect(await queue.rows()).toEqual([]);
});
