// Idempotency keys under producers who meet: one message for each key, and nobody waits in a circle.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked, waitsForLock } from '#test/support/sql/blocked.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { enqueueOne, expireKeys, keyed } from '#test/support/sql/keyed.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const keysOf = (count: number) => Array.from({ length: count }, (_, n) => `key ${n}`);

/** A different order for each seed. */
const shuffled = <Item>(items: readonly Item[], seed: number): Item[] =>
  items
    .map((item, n) => ({ item, place: Math.sin(seed * 1_000 + n) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

test('50 connections with one key store one message, and all are told its id', async () => {
  const queue = await declareQueue(db);
  const clients = await connections(db, 50);
  const answers = await Promise.all(
    clients.map((client) => enqueueOne(queue.on(client), keyed({ id: uuidV7(), payload: 'same' }))),
  );
  const rows = await queue.rows();
  expect(rows).toHaveLength(1);
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([rows[0]?.id]));
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
});

test('of 50 connections with one key and two payloads those with the first one win', async () => {
  const queue = await declareQueue(db);
  const clients = await connections(db, 50);
  const ends = await Promise.all(
    clients.map(async (client, n) => {
      const { code } = await refusalOf(queue.on(client).enqueueMany([keyed({ payload: n % 2 })]));
      return { payload: n % 2, code };
    }),
  );
  const [row] = await db.query<{ payload: number }>(
    'select payload from millrace.message where type = $1',
    [queue.type],
  );
  for (const { payload, code } of ends)
    expect(code).toBe(payload === row?.payload ? 'none' : 'MR007');
  expect(await queue.rows()).toHaveLength(1);
});

test.each([
  ['new', 0],
  ['expired', 60],
])('50 connections with overlapping batches of %s keys store each key once', async (_, old) => {
  const queue = await declareQueue(db);
  const keys = keysOf(60);
  await queue.enqueueMany(keys.slice(0, old).map((idempotencyKey) => keyed({ idempotencyKey })));
  await expireKeys(db);
  const clients = await connections(db, 50);
  const answers = await Promise.all(
    clients.map((client, seed) => {
      const batch = shuffled(keys, seed + 1).slice(0, 30);
      const groupKey = seed % 3 === 0 ? { groupKey: `g${seed % 4}` } : {};
      return queue
        .on(client)
        .enqueueMany(batch.map((idempotencyKey) => ({ idempotencyKey, ...groupKey, payload: 1 })));
    }),
  );
  const fresh = answers.flat().filter(({ duplicate }) => !duplicate);
  expect(new Set(fresh.map(({ id }) => id)).size).toBe(fresh.length);
  expect(fresh).toHaveLength(60);
  expect(await queue.rows()).toHaveLength(old + 60);
  const keepers = await db.query<{ id: string }>(
    'select message_id as id from millrace.idempotency_key where type = $1',
    [queue.type],
  );
  expect(new Set(keepers.map(({ id }) => id))).toEqual(new Set(fresh.map(({ id }) => id)));
});

test('maintenance leaves a key alone that a producer is taking, and never waits for it', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(keysOf(3).map((idempotencyKey) => ({ idempotencyKey })));
  await expireKeys(db);
  const [producer, maintainer] = [await connect(db), await connect(db)];
  await producer.query('begin');
  const taken = await enqueueOne(queue.on(producer), { idempotencyKey: 'key 1' });
  const maintaining = maintainer.query('select millrace.maintain()');
  expect(await waitsForLock(db, maintaining)).toBe(false);
  await enqueueOne(queue.on(producer), { idempotencyKey: 'key 0' });
  await producer.query('commit');
  expect(await enqueueOne(queue, { idempotencyKey: 'key 1' })).toMatchObject({
    id: taken.id,
    duplicate: true,
  });
  const keys = await db.query('select key from millrace.idempotency_key where type = $1', [
    queue.type,
  ]);
  expect(keys.map(({ key }) => key).sort()).toEqual(['key 0', 'key 1']);
});

test('a key waits for the transaction that takes it: its message counts, or another one', async () => {
  const queue = await declareQueue(db);
  for (const end of ['commit', 'rollback']) {
    const idempotencyKey = end;
    const [first, second] = [await connect(db), await connect(db)];
    await first.query('begin');
    const one = await enqueueOne(queue.on(first), { idempotencyKey, payload: 1 });
    const waiting = enqueueOne(queue.on(second), { idempotencyKey, payload: 1 });
    await untilBlocked(db);
    await first.query(end);
    const other = await waiting;
    expect(other.duplicate).toBe(end === 'commit');
    expect(other.id === one.id).toBe(end === 'commit');
  }
  expect(await queue.rows()).toHaveLength(2);
});

test('20 connections that repeat one call get one answer', async () => {
  const queue = await declareQueue(db);
  const batch = keysOf(10).map((idempotencyKey, n) => ({
    id: uuidV7(),
    idempotencyKey: n % 3 ? idempotencyKey : undefined,
    groupKey: 'g',
  }));
  const clients = await connections(db, 20);
  const answers = await Promise.all(clients.map((client) => queue.on(client).enqueueMany(batch)));
  for (const answer of answers) {
    expect(answer.map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
    expect(answer.every(({ duplicate }) => !duplicate)).toBe(true);
  }
  expect((await queue.rows()).map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
});

test.each(['repeatable read', 'serializable'])(
  'a key that was taken after the snapshot of a transaction at %s fails as a conflict',
  async (level) => {
    const queue = await declareQueue(db);
    const client = await connect(db);
    await client.query(`begin isolation level ${level}; select 1`);
    await enqueueOne(queue, keyed());
    // Its snapshot does not show the message that the key stands for, so it can answer neither for it nor without it.
    expect(await refusalOf(queue.on(client).enqueueMany([keyed()]))).toMatchObject({
      code: '40001',
    });
  },
);
