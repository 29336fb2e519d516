// What a consumer has finished of a delivery is recorded while it holds the lease, and once.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

interface Step {
  readonly number?: unknown;
  readonly version?: unknown;
  readonly name?: unknown;
  readonly result?: string | null;
}

async function record(
  { name: queue }: SqlQueue,
  { id, token }: Pick<Delivery, 'id' | 'token'>,
  { number = 0, version = 1, name = 'charge', result = null }: Step = {},
  client: Pick<Client, 'query'> | undefined = undefined,
): Promise<boolean> {
  const text = 'select millrace.record_step($1, $2, $3, $4, $5, $6, $7, 1) as recorded';
  const parameters = [queue, id, token, number, version, name, result];
  const rows = client
    ? (await client.query(text, parameters)).rows
    : await db.query(text, parameters);
  return rows[0]?.['recorded'];
}

async function stepsOf({ name }: SqlQueue, id: string): Promise<unknown> {
  const [row] = await db.query('select millrace.recorded_steps($1, $2) as steps', [name, id]);
  return row?.['steps'];
}

async function held() {
  const queue = await declareQueue(db);
  await queue.enqueue();
  return { queue, delivery: await queue.claimOne() };
}

test('answers what was recorded, in its order', async () => {
  const { queue, delivery } = await held();
  expect(await stepsOf(queue, delivery.id)).toBeNull();
  for (const [number, result] of ['{"a": 1e2}', null, 'null'].entries())
    expect(await record(queue, delivery, { number, name: `step ${number}`, result })).toBe(true);
  expect(await stepsOf(queue, delivery.id)).toEqual([
    { version: 1, name: 'step 0', kind: 'step', isOpen: false, result: { a: 100 } },
    { version: 1, name: 'step 1', kind: 'step', isOpen: false },
    { version: 1, name: 'step 2', kind: 'step', isOpen: false, result: null },
  ]);
});

test('a call whose answer was lost changes nothing when it is repeated', async () => {
  const { queue, delivery } = await held();
  expect(await record(queue, delivery, { result: '1' })).toBe(true);
  expect(await record(queue, delivery, { result: '2' })).toBe(true);
  expect(await stepsOf(queue, delivery.id)).toMatchObject([{ result: 1 }]);
  await expect(record(queue, delivery, { name: 'print' })).rejects.toMatchObject({
    code: 'MR002',
    detail: '/number',
  });
});

test.each<[string, (queue: SqlQueue, delivery: Delivery) => Promise<unknown>]>([
  ['is done', (queue, delivery) => queue.settle(done(delivery))],
  ['was released', (queue, delivery) => queue.settle(end('release', delivery))],
  ['waits for its retry', (queue, delivery) => queue.settle(end('retry', delivery, { error: {} }))],
  [
    'waits out a snooze',
    (queue, delivery) => queue.settle(end('snooze', delivery, { delaySeconds: 9 })),
  ],
  [
    'was claimed by somebody else',
    async (queue) => {
      await queue.expireLeases();
      await queue.claimSuspect();
    },
  ],
])('records nothing of a delivery that %s', async (_, act) => {
  const { queue, delivery } = await held();
  await act(queue, delivery);
  expect(await record(queue, delivery)).toBe(false);
  expect(await record(queue, { ...delivery, token: randomUUID() })).toBe(false);
  expect(await stepsOf(queue, delivery.id)).toBeNull();
});

test('a lease that ran out counts as long as nobody else has claimed the delivery', async () => {
  const { queue, delivery } = await held();
  await queue.expireLeases();
  expect(await record(queue, delivery)).toBe(true);
});

test('a step is not recorded beside the settle that ends its delivery, whichever comes first', async () => {
  const { queue, delivery } = await held();
  const [settler, recorder] = (await connections(db, 2)) as [Client, Client];
  await settler.query('begin');
  await queue.on(settler).settle(end('retry', delivery, { error: {} }));
  const recording = record(queue, delivery, {}, recorder);
  expect(await waitsForLock(db, recording)).toBe(true);
  await settler.query('commit');
  expect(await recording).toBe(false);
});

test('members of a parcel have steps of their own', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(20).fill({}));
  const { deliveries } = await queue.claim({ count: 20 });
  const [first, second] = deliveries as [Delivery, Delivery];
  expect(await record(queue, first)).toBe(true);
  expect(await record(queue, second, { name: 'other' })).toBe(true);
  expect(await queue.settle(...deliveries.map((each) => done(each)))).toMatchObject({
    settled: 20,
    stale: [],
  });
});

test('steps are erased with their message, and not before', async () => {
  const { queue, delivery } = await held();
  await record(queue, delivery);
  const erase = () => db.query('select millrace.erase_messages(array[$1::uuid])', [delivery.id]);
  await erase();
  expect(await stepsOf(queue, delivery.id)).toHaveLength(1);
  await queue.settle(done(delivery));
  await erase();
  expect(await stepsOf(queue, delivery.id)).toBeNull();
});

test('a step gives the delivery its attempts again', async () => {
  const queue = await declareQueue(db, { maxAttempts: 2, retryBaseSeconds: 0 });
  await queue.enqueue();
  await queue.settle(end('retry', await queue.claimOne(), { error: {}, delaySeconds: 0 }));
  const second = await queue.claimOne();
  await record(queue, second);
  expect(await queue.settle(end('retry', second, { error: {}, delaySeconds: 0 }))).toMatchObject({
    dead: [],
  });
  expect(await queue.settle(end('retry', await queue.claimOne(), { error: {} }))).toMatchObject({
    dead: [second.id],
  });
});

test.each([
  ['/number', { number: -1 }],
  ['/number', { number: 250 }],
  ['/number', { number: null }],
  ['/version', { version: 0 }],
  ['/version', { version: 32_768 }],
  ['/name', { name: '' }],
  ['/name', { name: 'x'.repeat(101) }],
  ['/name', { name: null }],
  ['/result', { result: JSON.stringify('x'.repeat(16_383)) }],
  ['/result', { result: `${'['.repeat(101)}${']'.repeat(101)}` }],
])('refuses what is unfit: %s of %o', async (detail, step) => {
  const { queue, delivery } = await held();
  await expect(record(queue, delivery, step)).rejects.toMatchObject({ code: 'MR002', detail });
});

test('takes what is just fit, and refuses what status could not show', async () => {
  const { queue, delivery } = await held();
  const result = JSON.stringify('x'.repeat(16_382));
  const most = { number: 249, version: 32_767, name: 'x'.repeat(100), result };
  expect(await record(queue, delivery, most)).toBe(true);
  await expect(record(queue, delivery, { result: '"\\u0000"' })).rejects.toMatchObject({
    code: '22P05',
  });
  await expect(record({ ...queue, name: 'nowhere' } as never, delivery)).rejects.toMatchObject({
    code: 'MR006',
  });
});
