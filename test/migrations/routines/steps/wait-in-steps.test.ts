// An event and who waits for it find each other, whichever comes first.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

type Query = typeof db.query;

async function wait(
  { name: queue }: SqlQueue,
  { id, token }: Delivery,
  { number = 0, name = 'approved', seconds = 86_400 as unknown } = {},
) {
  const text = 'select millrace.wait_in_steps($1, $2, $3, $4, 1, $5, $6, 1) as waited';
  const [row] = await db.query(text, [queue, id, token, number, name, seconds]);
  return row?.['waited'];
}

async function send(id: string, name = 'approved', payload: unknown = 1, query: Query = db.query) {
  const text = 'select millrace.send_event($1, $2, $3) as sent';
  const [row] = await query(text, [id, name, JSON.stringify(payload)]);
  return row?.['sent'];
}

async function held() {
  const queue = await declareQueue(db, { maxAttempts: 3 });
  await queue.enqueue();
  return { queue, delivery: await queue.claimOne() };
}

const sent = { accepted: true, sentAt: expect.any(String), isDue: false, wake: false };
const over = { state: 'over', payload: 1 };
const asleep = { state: 'asleep' };

test('what waits is due when its event comes, and later attempts find the same', async () => {
  const { queue, delivery } = await held();
  expect(await wait(queue, delivery)).toEqual(asleep);
  expect(await wait(queue, delivery)).toEqual(asleep);
  expect(await queue.settle(end('snooze', delivery, { delaySeconds: 1 }))).toMatchObject({
    settled: 0,
    repeated: 1,
  });
  expect((await queue.claim()).deliveries).toEqual([]);
  expect(await send(delivery.id, 'another one')).toEqual(sent);
  expect((await queue.claim()).deliveries).toEqual([]);
  const first = await send(delivery.id);
  expect(first).toEqual({ ...sent, isDue: true });
  // As when its answer was lost.
  expect(await send(delivery.id)).toEqual(first);
  const next = await queue.claimOne();
  expect(next.attempt).toBe(1);
  expect(await wait(queue, next)).toEqual(over);
  expect(await wait(queue, next)).toEqual(over);
  // The first one counts.
  const later = { ...first, isDue: false };
  expect(await send(delivery.id)).toEqual(later);
  expect(await send(delivery.id, 'approved', 2)).toEqual({ ...later, accepted: false });
  expect(await queue.settle(done(next))).toMatchObject({ settled: 1 });
  expect(await wait(queue, next)).toEqual({ state: 'lost' });
});

test('a consumer is asked for once, and only where somebody is to be woken', async () => {
  const { queue, delivery } = await held();
  await db.query(`update millrace.wake_up set covered_until = '-infinity'`);
  const eagerly = async (name: string) => {
    const text = `select millrace.send_event($1, $2, eager => true) ->> 'wake' as wake`;
    return (await db.query(text, [delivery.id, name]))[0]?.['wake'];
  };
  expect(await eagerly('before')).toBe('false');
  await wait(queue, delivery);
  expect(await eagerly('other')).toBe('false');
  expect(await eagerly('approved')).toBe('true');
  expect(await eagerly('approved')).toBe('false');
});

test('an event is for messages of the types that are named', async () => {
  const { queue, delivery } = await held();
  const sendTo = async (types: string[] | null) => {
    const text = `select millrace.send_event($1, 'approved', types => $2) is not null as sent`;
    return (await db.query(text, [delivery.id, types]))[0]?.['sent'];
  };
  expect(await sendTo([])).toBe(false);
  expect(await sendTo(['another.type'])).toBe(false);
  expect(await db.query('select from millrace.event where message_id = $1', [delivery.id])).toEqual(
    [],
  );
  expect(await sendTo(['another.type', queue.type])).toBe(true);
  expect(await sendTo(null)).toBe(true);
});

test('an event that comes before anybody waits is kept', async () => {
  const { queue, delivery } = await held();
  await send(delivery.id);
  expect(await wait(queue, delivery)).toEqual(over);
});

test('a wait whose time is over goes on without, for good', async () => {
  const { queue, delivery } = await held();
  expect(await wait(queue, delivery, { seconds: 0 })).toEqual({ state: 'over' });
  await send(delivery.id);
  expect(await wait(queue, delivery, { seconds: 0 })).toEqual({ state: 'over' });
  expect(await wait(queue, delivery, { number: 1, seconds: 0 })).toEqual(over);
});

test('a sender who is about to commit is not waited for, and found a second later', async () => {
  const { queue, delivery } = await held();
  const sender = await connect(db);
  await sender.query('begin');
  await sender.query(`select millrace.send_event($1, 'approved', '1')`, [delivery.id]);
  expect(await wait(queue, delivery)).toEqual(asleep);
  const [{ soon } = {}] = await db.query(
    `select available_at <= clock_timestamp() + interval '1 second' as soon from millrace.delivery where message_id = $1`,
    [delivery.id],
  );
  expect(soon).toBe(true);
  await sender.query('commit');
  await db.query('update millrace.delivery set available_at = statement_timestamp()');
  expect(await wait(queue, await queue.claimOne())).toEqual(over);
});

test('who begins to wait while an event is on its way is made due by it', async () => {
  const { queue, delivery } = await held();
  const waiter = await connect(db);
  await waiter.query('begin');
  await waiter.query(`select millrace.wait_in_steps($1, $2, $3, 0, 1, 'approved', 86400, 1)`, [
    queue.name,
    delivery.id,
    delivery.token,
  ]);
  const sender = await connect(db);
  const sending = sender.query(`select millrace.send_event($1, 'approved', '1')`, [delivery.id]);
  await untilBlocked(db);
  await waiter.query('commit');
  await sending;
  expect(await wait(queue, await queue.claimOne())).toEqual(over);
});

test('a message keeps 100 events, and no event has a message of its own', async () => {
  const { delivery } = await held();
  await db.query(`select millrace.send_event($1, n::text) from generate_series(1, 100) as n`, [
    delivery.id,
  ]);
  expect(await send(delivery.id)).toEqual({ ...sent, accepted: false, sentAt: null });
  expect(await send(delivery.id, '7', null)).toEqual(sent);
  expect(await send('01900000-0000-7000-8000-000000000000')).toBe(null);
});

test('an event does not hurry what is behind in its group, or waits for something else', async () => {
  const queue = await declareQueue(db);
  const [first = '', second = ''] = [
    await queue.enqueue({ groupKey: 'g' }),
    await queue.enqueue({ groupKey: 'g' }),
  ];
  const delivery = await queue.claimOne();
  await send(second);
  expect((await queue.claim()).deliveries).toEqual([]);
  await wait(queue, delivery, { name: 'other' });
  await send(first);
  expect((await queue.claim()).deliveries).toEqual([]);
});

test('an event does not hurry what waits for it and is leased, or blocked since its key was paused', async () => {
  const { queue, delivery } = await held();
  await wait(queue, delivery);
  await queue.makeDue();
  const next = await queue.claimOne();
  expect(await send(delivery.id)).toEqual(sent);
  expect((await queue.claim()).deliveries).toEqual([]);
  expect(await wait(queue, next)).toEqual(over);

  const fair = await declareQueue(db, { fair: true });
  const id = await fair.enqueue({ fairnessKey: 'k' });
  await wait(fair, await fair.claimOne());
  await fair.makeDue();
  await db.query('select millrace.pause_key($1, $2)', [fair.name, 'k']);
  expect((await fair.claim()).deliveries).toEqual([]);
  expect(await fair.rows()).toMatchObject([{ status: 'blocked' }]);
  expect(await send(id)).toEqual(sent);
  expect(await fair.rows()).toMatchObject([{ status: 'blocked' }]);
  await db.query('select millrace.resume_key($1, $2)', [fair.name, 'k']);
  expect(await wait(fair, await fair.claimOne())).toEqual(over);
});

test.each([
  ['/name', ['', '1']],
  ['/name', ['x'.repeat(101), '1']],
  ['/payload', ['x', null]],
  ['/payload', ['x', JSON.stringify('x'.repeat(16_383))]],
  ['/payload', ['x', `${'['.repeat(101)}${']'.repeat(101)}`]],
  ['/payload', ['x', '{"id": 9007199254740993}']],
  ['/payload', ['x', '1e400']],
])('refuses an unfit event: %s', async (detail, unfit) => {
  const { delivery } = await held();
  const text = 'select millrace.send_event($1, $2, $3)';
  await expect(db.query(text, [delivery.id, ...unfit])).rejects.toMatchObject({
    code: 'MR002',
    detail,
  });
});

test('is not taken for a sleep of its place and name', async () => {
  const { queue, delivery } = await held();
  await wait(queue, delivery, { seconds: 0 });
  await expect(
    db.query(`select millrace.sleep_in_steps($1, $2, $3, 0, 1, 'approved', 0, 1)`, [
      queue.name,
      delivery.id,
      delivery.token,
    ]),
  ).rejects.toMatchObject({ code: 'MR002', detail: '/number' });
});

test('neither goes above read committed, where one would miss the other', async () => {
  const { delivery } = await held();
  const client = await connect(db);
  await client.query('begin isolation level repeatable read');
  await expect(
    client.query(`select millrace.send_event($1, 'approved')`, [delivery.id]),
  ).rejects.toMatchObject({ code: 'MR005' });
  await client.query('rollback');
});
