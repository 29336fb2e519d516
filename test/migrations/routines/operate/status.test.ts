import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

interface Attempt {
  attempt: number;
  outcome: string;
  startedAt: string | null;
  finishedAt: string;
  error: unknown;
}

interface Status {
  id: string;
  type: string;
  payload: unknown;
  headers: object;
  createdAt: string;
  groupKey: string | null;
  causedBy: string | null;
  status: string;
  deliveries: {
    queue: string;
    status: string;
    availableAt: string | null;
    finishedAt: string | null;
    attempts: Attempt[];
  }[];
}

async function statusOf(id: string): Promise<Status> {
  const [row] = await db.query<{ status: Status }>('select millrace.status($1) as status', [id]);
  if (!row) throw new Error('no row');
  return row.status;
}

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
const error = { name: 'Error', message: 'broken' };

test('is null for a message that is not kept', async () => {
  expect(await statusOf(randomUUID())).toBeNull();
});

test('shows a message and its deliveries in the form of the HTTP answer', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue({ headers: { a: 'b' } }, { n: 1 });
  expect(await statusOf(id)).toEqual({
    id,
    type: queue.type,
    payload: { n: 1 },
    headers: { a: 'b' },
    createdAt: instant,
    groupKey: null,
    causedBy: null,
    chordId: null,
    status: 'pending',
    revision: expect.stringMatching(/^[\da-f]{1,16}$/),
    deliveries: [
      {
        queue: queue.name,
        status: 'pending',
        availableAt: instant,
        finishedAt: null,
        progress: null,
        result: null,
        steps: null,
        events: null,
        attempts: [],
      },
    ],
  });
});

test('shows each queue by itself, and of the message what is least finished', async () => {
  const first = await declareQueue(db);
  const second = await declareQueue(db, { type: first.type, maxAttempts: 1 });
  const third = await declareQueue(db, { type: first.type });
  const id = await first.enqueue();
  const progress = async () => {
    const { status, deliveries } = await statusOf(id);
    const of = (name: string) => deliveries.find(({ queue }) => queue === name)?.status;
    return [status, of(first.name), of(second.name), of(third.name)];
  };
  expect(await progress()).toEqual(['pending', 'pending', 'pending', 'pending']);
  await first.settle(done(await first.claimOne()));
  expect(await progress()).toEqual(['pending', 'done', 'pending', 'pending']);
  await second.settle(end('retry', await second.claimOne(), { error }));
  const held = await third.claimOne();
  expect(await progress()).toEqual(['processing', 'done', 'dead', 'processing']);
  await third.settle(end('snooze', held, { delaySeconds: 60 }));
  expect(await progress()).toEqual(['scheduled', 'done', 'dead', 'scheduled']);
  await third.makeDue();
  await third.settle(done(await third.claimOne()));
  expect(await progress()).toEqual(['dead', 'done', 'dead', 'done']);
});

test('tells the attempts of a delivery in their order', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  await queue.settle(end('retry', await queue.claimOne(), { error, ms: 250, delaySeconds: 0 }));
  await queue.settle(end('snooze', await queue.claimOne(), { delaySeconds: 0 }));
  await queue.claimOne();
  await db.query(
    `update millrace.delivery set lease_expires_at = statement_timestamp() where message_id = $1`,
    [id],
  );
  const [delivery] = (await queue.claimSuspect()).deliveries;
  if (!delivery) throw new Error('no suspect');
  await queue.settle(done(delivery, { ms: 10 }));
  const [shown] = (await statusOf(id)).deliveries;
  expect(shown).toMatchObject({ status: 'done', availableAt: null, finishedAt: instant });
  expect(shown?.attempts).toEqual([
    { attempt: 1, outcome: 'retry', startedAt: instant, finishedAt: instant, error },
    { attempt: 2, outcome: 'snooze', startedAt: null, finishedAt: instant, error: null },
    {
      attempt: 2,
      outcome: 'expired',
      startedAt: null,
      finishedAt: instant,
      error: expect.objectContaining({ name: 'LeaseExpired' }),
    },
    { attempt: 3, outcome: 'done', startedAt: instant, finishedAt: instant, error: null },
  ]);
});

test('tells when a scheduled or blocked delivery may be claimed', async () => {
  const queue = await declareQueue(db);
  const answers = await queue.enqueueMany([
    { delaySeconds: 60 },
    { groupKey: 'g' },
    { groupKey: 'g' },
    { groupKey: 'g', delaySeconds: 60 },
  ]);
  const shown = [];
  for (const { id } of answers) shown.push((await statusOf(id)).deliveries[0]);
  expect(shown.map((delivery) => [delivery?.status, delivery?.availableAt])).toEqual([
    ['scheduled', instant],
    ['pending', instant],
    ['blocked', null],
    ['blocked', instant],
  ]);
});

test('counts every delivery once, whichever tables know of it', async () => {
  const queue = await declareQueue(db, { maxAttempts: 5 });
  await queue.enqueueMany([
    ...Array(20).fill({}),
    { delaySeconds: 60 },
    { groupKey: 'g', priority: 9 },
    { groupKey: 'g' },
  ]);
  const outcomes = ['done', 'dead', 'retry', 'snooze', 'release'];
  const { deliveries } = await queue.claim({ count: 20 });
  await queue.settle(
    ...deliveries.map((delivery, n) =>
      end(outcomes[n % 5] ?? '', delivery, { error, delaySeconds: 60 }),
    ),
  );
  const counts = await db.query(
    `select status, count(*)::int from millrace.delivery_status where queue = $1 group by 1 order by 1`,
    [queue.name],
  );
  expect(counts).toEqual([
    { status: 'blocked', count: 1 },
    { status: 'dead', count: 4 },
    { status: 'done', count: 4 },
    { status: 'pending', count: 5 },
    { status: 'scheduled', count: 9 },
  ]);
});

test('counts a delivery that was sent round again as what it is now', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  await queue.settle(done(await queue.claimOne()));
  const again = () =>
    db.query(
      `insert into millrace.delivery (message_id, queue_id, available_at)
       select $1, q.id, statement_timestamp() from millrace.queue q where q.name = $2`,
      [id, queue.name],
    );
  const statuses = async () => {
    const shown = (await statusOf(id)).deliveries.map(({ status }) => ({ status }));
    const text = 'select status from millrace.delivery_status where message_id = $1';
    expect(await db.query(text, [id])).toEqual(shown);
    return shown.map(({ status }) => status);
  };
  await again();
  expect(await statuses()).toEqual(['pending']);
  await queue.settle(done(await queue.claimOne()));
  expect(await statuses()).toEqual(['done']);
  await again();
  await db.query('select millrace.cancel($1)', [id]);
  expect(await statuses()).toEqual(['cancelled']);
  await again();
  await queue.settle(done(await queue.claimOne()));
  expect(await statuses()).toEqual(['done']);
  expect((await statusOf(id)).deliveries[0]?.attempts).toHaveLength(4);
  await again();
  await queue.settle(end('dead', await queue.claimOne(), { error }));
  expect(await statuses()).toEqual(['dead']);
});

test('keeps the history of a message that is gone out of sight', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  await queue.settle(done(await queue.claimOne()));
  await db.query('delete from millrace.message where id = $1', [id]);
  expect(await statusOf(id)).toBeNull();
});
