// A sleep and the snooze by which it gives its delivery back are one.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

async function sleep(
  { name: queue }: SqlQueue,
  { id, token }: Delivery,
  { number = 0, name = 'a day', seconds = 86_400 as unknown } = {},
): Promise<string> {
  const text = 'select millrace.sleep_in_steps($1, $2, $3, $4, 1, $5, $6, 1) as state';
  const [row] = await db.query(text, [queue, id, token, number, name, seconds]);
  return row?.['state'];
}

async function held() {
  const queue = await declareQueue(db, { maxAttempts: 3 });
  await queue.enqueue();
  return { queue, delivery: await queue.claimOne() };
}

test('answers the same when it is repeated, and is over when its time has come', async () => {
  const { queue, delivery } = await held();
  expect(await sleep(queue, delivery)).toBe('asleep');
  expect(await sleep(queue, delivery)).toBe('asleep');
  expect(await queue.rows()).toMatchObject([{ attempt: 0, status: 'scheduled' }]);
  // What the consumer settles of it has happened already.
  expect(await queue.settle(end('snooze', delivery, { delaySeconds: 1 }))).toMatchObject({
    settled: 0,
    repeated: 1,
    stale: [],
  });
  await db.query(
    `update millrace.step set due_at = due_at - interval '1 day' where message_id = $1`,
    [delivery.id],
  );
  await db.query('update millrace.delivery set available_at = statement_timestamp()');
  const next = await queue.claimOne();
  expect(next.attempt).toBe(1);
  expect(await sleep(queue, next)).toBe('over');
  expect(await sleep(queue, next)).toBe('over');
  expect(await queue.settle(done(next))).toMatchObject({ settled: 1 });
  // Of its own token it was never anything but over, and of the first one it was asleep.
  expect(await sleep(queue, next)).toBe('lost');
  expect(await sleep(queue, delivery)).toBe('asleep');
});

test('is as long as when it began, whatever is asked for later', async () => {
  const { queue, delivery } = await held();
  await sleep(queue, delivery);
  await db.query('update millrace.delivery set available_at = statement_timestamp()');
  const next = await queue.claimOne();
  expect(await sleep(queue, next, { seconds: 0 })).toBe('asleep');
});

test('records nothing without a lease', async () => {
  const { queue, delivery } = await held();
  await queue.settle(end('retry', delivery, { error: {} }));
  expect(await sleep(queue, delivery)).toBe('lost');
  expect(await db.query('select from millrace.step where message_id = $1', [delivery.id])).toEqual(
    [],
  );
});

test.each([
  ['/seconds', { seconds: -1 }],
  ['/seconds', { seconds: 31_536_001 }],
  ['/seconds', { seconds: 'NaN' }],
  ['/seconds', { seconds: null }],
  ['/number', { number: 250 }],
  ['/name', { name: '' }],
])('refuses what is unfit: %s of %o', async (detail, unfit) => {
  const { queue, delivery } = await held();
  await expect(sleep(queue, delivery, unfit)).rejects.toMatchObject({ code: 'MR002', detail });
});

test('is not taken for a step of its place and name, nor the other way round', async () => {
  const { queue, delivery } = await held();
  const record = `select millrace.record_step($1, $2, $3, $4, 1, 'a day', null, 1)`;
  const parameters = [queue.name, delivery.id, delivery.token];
  await db.query(record, [...parameters, 0]);
  await expect(sleep(queue, delivery)).rejects.toMatchObject({ code: 'MR002', detail: '/number' });
  expect(await sleep(queue, delivery, { number: 1, seconds: 0 })).toBe('over');
  await expect(db.query(record, [...parameters, 1])).rejects.toMatchObject({ code: 'MR002' });
});
