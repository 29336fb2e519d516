import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import { declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const batchOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: uuidV7(), payload: { n } }));

test('answers the same again and stores nothing twice', async () => {
  const queue = await declareQueue(db);
  const batch = [
    { id: uuidV7() },
    { id: uuidV7(), delaySeconds: 60 },
    { id: uuidV7(), groupKey: 'g' },
  ];
  const answer = await queue.enqueueMany(batch);
  expect(await queue.enqueueMany(batch)).toEqual(answer);
  expect(await queue.rows()).toHaveLength(3);
});

test('says how a repeated message stands by now', async () => {
  const queue = await declareQueue(db);
  const [finished, held, dead] = batchOf(3);
  await queue.enqueueMany([finished, held, dead] as object[]);
  const { deliveries } = await queue.claim({ count: 3 });
  const [first, , third] = deliveries;
  if (first && third) await queue.settle(done(first), end('dead', third, { error: {} }));
  const answers = await queue.enqueueMany([finished, held, dead] as object[]);
  expect(answers.map(({ status }) => status)).toEqual(['done', 'processing', 'dead']);
  expect(await queue.rows()).toHaveLength(1);
});

test.each([
  ['payload', { payload: { n: 'other' } }],
  ['type', { type: 'the other queue' }],
])('refuses an id that is in use with another %s, and the batch with it', async (_, change) => {
  const queue = await declareQueue(db);
  const other = await declareQueue(db);
  const [stored, fresh] = batchOf(2);
  await queue.enqueueMany([stored as object]);
  const changed = { ...stored, ...change, ...('type' in change && { type: other.type }) };
  const detail = '{"index" : 1, "pointer" : "/id"}';
  await expect(queue.enqueueMany([fresh as object, changed])).rejects.toMatchObject({
    code: 'MR004',
    // Nobody stored the first one either: a batch is stored all or none.
    detail: detail.replace('1', '0'),
  });
  await expect(queue.enqueueMany([stored as object, changed])).rejects.toMatchObject({
    code: 'MR004',
    detail,
  });
  expect(await queue.rows()).toHaveLength(1);
  expect(await other.rows()).toHaveLength(0);
});

test('refuses a batch that holds one id twice', async () => {
  const queue = await declareQueue(db);
  const [message] = batchOf(1);
  const twice = [message, message] as object[];
  await expect(queue.enqueueMany(twice)).rejects.toMatchObject({ code: 'MR004' });
  expect(await queue.rows()).toHaveLength(0);
});

test('does not care in which notation a payload is repeated', async () => {
  const queue = await declareQueue(db);
  const id = uuidV7();
  await queue.enqueue({ id }, { a: 1, b: [2] });
  expect(await queue.enqueue({ id: id.toUpperCase() }, { b: [2.0], a: 1 })).toBe(id);
});

test('stores a batch once when 50 connections repeat it at the same time', async () => {
  const queue = await declareQueue(db);
  const batch = batchOf(20).map((message, n) => ({ ...message, ...(n % 2 && { groupKey: 'g' }) }));
  const clients = await connections(db, 50);
  const answers = await Promise.all(clients.map((client) => queue.on(client).enqueueMany(batch)));
  const ids = batch.map(({ id }) => id);
  for (const answer of answers) expect(answer.map(({ id }) => id)).toEqual(ids);
  expect((await queue.rows()).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

test('stores a message whose first enqueue rolled back while the repeated one waited', async () => {
  const queue = await declareQueue(db);
  const [first, second] = await connections(db, 2);
  if (!first || !second) throw new Error('no connections');
  const id = uuidV7();
  await first.query('begin');
  await queue.on(first).enqueue({ id });
  const repeated = queue.on(second).enqueue({ id });
  await untilBlocked(db);
  await first.query('rollback');
  expect(await repeated).toBe(id);
  expect(await queue.rows()).toMatchObject([{ id }]);
});
