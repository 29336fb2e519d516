import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const storedCount = async (queue: SqlQueue) =>
  (await db.query('select from millrace.message where type = $1', [queue.type])).length +
  (await queue.rows()).length;

/** What the refusal says: its SQLSTATE, and which message and where. */
async function refusalOf(enqueue: Promise<unknown>) {
  const error = await enqueue.then(
    (answer) => ({ code: 'none', answer, detail: 'null', message: '' }),
    (error: { code: string; detail: string; message: string }) => error,
  );
  return { code: error.code, message: error.message, ...JSON.parse(error.detail) };
}

test.each([
  ['MR001', '/type', { type: 'test.unheard_of' }],
  ['MR001', '/type', { type: null }],
  ['MR001', '/type', { type: 7 }],
  ['MR002', '/id', { id: 'x' }],
  ['MR002', '/id', { id: 7 }],
  ['MR002', '/id', { id: '01920000-0000-4000-8000-000000000001' }],
  ['MR002', '/headers', { headers: [] }],
  ['MR002', '/headers', { headers: 'a' }],
  ['MR002', '/headers', { headers: { a: 1 } }],
  ['MR002', '/headers', { headers: { a: null } }],
  ['MR002', '/priority', { priority: 0 }],
  ['MR002', '/priority', { priority: 10 }],
  ['MR002', '/priority', { priority: 1.5 }],
  ['MR002', '/priority', { priority: 1e10 }],
  ['MR002', '/priority', { priority: '5' }],
  ['MR002', '/priority', { priority: true }],
  ['MR002', '/groupKey', { groupKey: '' }],
  ['MR002', '/groupKey', { groupKey: 'x'.repeat(201) }],
  ['MR002', '/groupKey', { groupKey: 5 }],
  ['MR002', '/groupKey', { groupKey: {} }],
  ['MR002', '/delaySeconds', { delaySeconds: -1 }],
  ['MR002', '/delaySeconds', { delaySeconds: -0.001 }],
  ['MR002', '/delaySeconds', { delaySeconds: 31_536_001 }],
  ['MR002', '/delaySeconds', { delaySeconds: 1e300 }],
  ['MR002', '/delaySeconds', { delaySeconds: '60' }],
  ['MR002', '/delaySeconds', { delaySeconds: 'NaN' }],
  ['MR002', '/delaySeconds', { delaySeconds: 'Infinity' }],
  ['MR002', '/delaySeconds', { delaySeconds: [] }],
  ['MR002', '/scheduledAt', { scheduledAt: 'infinity' }],
  ['MR002', '/scheduledAt', { scheduledAt: '-infinity' }],
  ['MR002', '/scheduledAt', { scheduledAt: 'soon' }],
  ['MR002', '/scheduledAt', { scheduledAt: '2026-02-30T00:00:00Z' }],
  ['MR002', '/scheduledAt', { scheduledAt: '9999-01-01T00:00:00Z' }],
  ['MR002', '/scheduledAt', { scheduledAt: 1_800_000_000 }],
  ['MR002', '/delaySeconds', { delaySeconds: 1, scheduledAt: '2026-01-01T00:00:00Z' }],
  ['MR002', '/delaySecond', { delaySecond: 1 }],
  ['MR002', '/a~1b~0c', { 'a/b~c': 1 }],
])('refuses a batch with %s at %s for %j', async (code, pointer, fault) => {
  const queue = await declareQueue(db);
  const batch = queue.enqueueMany([{ payload: 1 }, fault, { payload: 3 }]);
  expect(await refusalOf(batch)).toMatchObject({ code, index: 1, pointer });
  expect(await storedCount(queue)).toBe(0);
});

test.each(['7', '"text"', 'null', '[]', '[["id"]]'])('refuses %s as a message', async (element) => {
  const batch = db.query('select millrace.enqueue_many($1)', [`[${element}]`]);
  expect(await refusalOf(batch)).toMatchObject({ code: 'MR002', index: 0, pointer: '' });
});

test.each(['{}', '7', 'null', null])('refuses %s as a batch', async (batch) => {
  const call = db.query('select millrace.enqueue_many($1)', [batch]);
  expect(await refusalOf(call)).toMatchObject({ code: 'MR002', index: 0, pointer: '' });
});

test.each(['[]', '7', 'null', null])('refuses %s as options', async (options) => {
  const queue = await declareQueue(db);
  const call = db.query(`select millrace.enqueue($1, '{}', $2)`, [queue.type, options]);
  expect(await refusalOf(call)).toMatchObject({ code: 'MR002', index: 0, pointer: '' });
});

test('refuses a group for a standard queue of SQS, and for no other', async () => {
  const standard = await declareQueue(db, { engine: 'sqs' });
  const both = await declareQueue(db, { engine: 'sqs-fifo', type: standard.type });
  const fifo = await declareQueue(db, { engine: 'sqs-fifo' });
  const grouped = { groupKey: 'g' };
  const fault = {
    code: 'MR002',
    pointer: '/groupKey',
    message: `queue "${standard.name}" is a standard queue of SQS, which knows no groups; with engine "sqs-fifo" it would`,
  };
  for (const more of [{}, { idempotencyKey: 'k' }])
    expect(
      await refusalOf(
        standard.enqueueMany([{}, { ...grouped, type: fifo.type }, { ...grouped, ...more }]),
      ),
    ).toMatchObject({ ...fault, index: 2 });
  expect(await refusalOf(standard.enqueue(grouped))).toMatchObject({ ...fault, index: 0 });
  expect((await storedCount(standard)) + (await storedCount(both))).toBe(0);
  await standard.enqueue({ priority: 1, groupKey: null });
  await fifo.enqueue(grouped);
  expect((await storedCount(standard)) + (await storedCount(fifo))).toBe(4);
});

test('takes null for an option as left out', async () => {
  const queue = await declareQueue(db);
  const id = null;
  await queue.enqueue({ id, headers: null, priority: null, groupKey: null, delaySeconds: null });
  expect(await queue.rows()).toMatchObject([{ status: 'pending', priority: 5, groupKey: null }]);
});

test('names the first of several faults', async () => {
  const queue = await declareQueue(db);
  const batch = queue.enqueueMany([{}, { priority: 10 }, { type: 'test.unheard_of' }]);
  expect(await refusalOf(batch)).toMatchObject({ index: 1, pointer: '/priority' });
});

test('never repeats a payload in what it says', async () => {
  const queue = await declareQueue(db);
  const refusal = await refusalOf(queue.enqueue({ priority: 10 }, 'secret'));
  expect(JSON.stringify(refusal)).not.toContain('secret');
});

test('refuses a batch for one payload that is too large', async () => {
  const queue = await declareQueue(db);
  const batch = queue.enqueueMany([{}, { payload: Array(40_000).fill('12345') }]);
  expect(await refusalOf(batch)).toMatchObject({ code: 'MR003', index: 1, pointer: '/payload' });
  expect(await storedCount(queue)).toBe(0);
});

test('takes a payload of exactly the limit and refuses one byte more', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue({}, 'x'.repeat(262_144 - 2));
  expect(await refusalOf(queue.enqueue({}, 'x'.repeat(262_144 - 1)))).toMatchObject({
    code: 'MR003',
    pointer: '/payload',
  });
});

test('rolls back what the caller did, too, unless a savepoint keeps it', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).enqueue();
  await expect(queue.on(client).enqueueMany([{ priority: 99 }])).rejects.toThrow(/priority/);
  await client.query('commit');
  expect(await storedCount(queue)).toBe(0);
});

test.each(['repeatable read', 'serializable'])(
  'refuses groups at %s, and nothing else',
  async (level) => {
    const queue = await declareQueue(db);
    const client = await connect(db);
    await client.query(`set default_transaction_isolation = '${level}'`);
    const grouped = queue.on(client).enqueue({ groupKey: 'g' });
    expect(await refusalOf(grouped)).toMatchObject({ code: 'MR005', pointer: '/groupKey' });
    await queue.on(client).enqueue();
    expect(await queue.rows()).toHaveLength(1);
  },
);
