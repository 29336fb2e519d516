import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const messagesOf = (type: string) =>
  db.query('select id, payload, headers from millrace.message where type = $1', [type]);

test('answers a version 7 id of this very moment', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const millis = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  expect(Math.abs(Date.now() - millis)).toBeLessThan(5_000);
});

test('keeps the id that the caller minted', async () => {
  const queue = await declareQueue(db);
  const id = '01920000-0000-7000-8000-000000000001';
  expect(await queue.enqueue({ id })).toBe(id);
});

test('stores payload and headers as they are', async () => {
  const queue = await declareQueue(db);
  const payload = { text: 'ü "\\ 🦉', deep: [[1.5, null, { a: [] }]], big: 1e15 };
  const headers = { 'x-request-id': 'r-1', '': '' };
  const id = await queue.enqueue({ headers }, payload);
  expect(await messagesOf(queue.type)).toEqual([{ id, payload, headers }]);
  expect(await queue.claimOne()).toMatchObject({ id, payload, headers, type: queue.type });
});

test.each([
  { payload: null },
  { payload: 0 },
  { payload: false },
  { payload: '' },
  { payload: [] },
])('stores %j', async ({ payload }) => {
  const queue = await declareQueue(db);
  await queue.enqueue({}, payload);
  expect((await queue.claimOne()).payload).toEqual(payload);
});

test('takes SQL nulls for payload and type as JSON null and no type', async () => {
  const queue = await declareQueue(db);
  await db.query('select millrace.enqueue($1, null)', [queue.type]);
  expect((await queue.claimOne()).payload).toBeNull();
  await expect(db.query(`select millrace.enqueue(null, '{}')`)).rejects.toMatchObject({
    code: 'MR001',
  });
});

test('makes one delivery for each subscribed queue', async () => {
  const payments = await declareQueue(db);
  const inventory = await declareQueue(db, { type: payments.type });
  const other = await declareQueue(db);
  const id = await payments.enqueue();
  expect(await payments.rows()).toMatchObject([{ id, status: 'pending', attempt: 0 }]);
  expect(await inventory.rows()).toMatchObject([{ id, status: 'pending', attempt: 0 }]);
  expect(await other.rows()).toEqual([]);
});

test('stores a message that no queue subscribes to and calls it done', async () => {
  const queue = await declareQueue(db);
  await db.query('delete from millrace.subscription where type = $1', [queue.type]);
  const [answer] = await queue.enqueueMany([{}]);
  expect(answer).toMatchObject({ status: 'done', duplicate: false });
  expect(await messagesOf(queue.type)).toHaveLength(1);
});

test('says for each message how it stands', async () => {
  const queue = await declareQueue(db);
  const answers = await queue.enqueueMany([
    {},
    { delaySeconds: 0 },
    { delaySeconds: 0.5 },
    { scheduledAt: '2020-02-02T02:02:02Z' },
    { groupKey: 'g' },
    { groupKey: 'g' },
    { groupKey: 'h', delaySeconds: 60 },
    { groupKey: 'h' },
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    'pending',
    'pending',
    'scheduled',
    'pending',
    'pending',
    'blocked',
    'scheduled',
    'blocked',
  ]);
  const rows = await queue.rows();
  expect(rows.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
  expect(rows.map(({ id }) => id)).toEqual(answers.map(({ id }) => id));
});

test('delays by seconds or until an instant', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue({ delaySeconds: 90.5 });
  await queue.enqueue({ scheduledAt: new Date(Date.now() + 3_600_000).toISOString() });
  await queue.enqueue({ delaySeconds: 31_536_000 });
  const [first, second, third] = (await queue.rows()).map(({ dueIn }) => dueIn);
  expect(first).toBeCloseTo(90.5, -1);
  expect(second).toBeCloseTo(3_600, -1);
  expect(third).toBeCloseTo(31_536_000, -1);
});

test('reads an instant the same way whatever the caller set', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query(`set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'`);
  const instant = new Date(Date.now() + 86_400_000).toISOString();
  await queue.on(client).enqueue({ scheduledAt: instant });
  const [row] = await queue.rows();
  expect(row?.dueIn).toBeCloseTo(86_400, -1);
});

test('stores nothing for an empty batch', async () => {
  const queue = await declareQueue(db);
  expect(await queue.enqueueMany([])).toEqual([]);
});

test('takes part in the transaction of the caller', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).enqueue();
  await queue.on(client).enqueueMany([{}, {}]);
  expect(await queue.rows()).toHaveLength(0);
  await client.query('rollback');
  expect(await queue.rows()).toHaveLength(0);
  expect(await messagesOf(queue.type)).toHaveLength(0);

  await client.query('begin');
  const id = await queue.on(client).enqueue();
  await client.query('commit');
  expect((await queue.claimOne()).id).toBe(id);
});

test('leaves the transaction of the caller usable after a savepoint', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).enqueue({}, 'kept');
  await client.query('savepoint before');
  await expect(queue.on(client).enqueue({ priority: 10 })).rejects.toMatchObject({ code: 'MR002' });
  await client.query('rollback to before');
  await client.query('commit');
  expect(await messagesOf(queue.type)).toMatchObject([{ payload: 'kept' }]);
});
