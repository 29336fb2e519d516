// What is enqueued together travels in parcels, if it may: which deliveries do, and that nothing is stored by halves.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const plain = (count: number, more: object = {}) => Array.from({ length: count }, () => more);

/** How many members the queue's parcels have, in the order of claims, and how many single deliveries there are beside them. */
async function stored({ name }: SqlQueue): Promise<{ parcels: number[]; single: number }> {
  const [row] = await db.query<{ parcels: number[]; single: number }>(
    `select
       array(select cardinality(p.message_ids) from millrace.parcel p where p.queue_id = q.id
         order by p.priority, p.sequence) as parcels,
       (select count(*)::int from millrace.delivery d where d.queue_id = q.id) as single
     from millrace.queue q where q.name = $1`,
    [name],
  );
  if (!row) throw new Error(`no queue is named ${name}`);
  return row;
}

/** With ascending ids that are all of one moment, whatever the machine does meanwhile. */
function together(messages: object[]): object[] {
  const moment = uuidV7().slice(0, 13);
  const ids = messages.map(() => `${moment}${uuidV7().slice(13)}`).toSorted();
  return messages.map((message, n) => ({ id: ids[n], ...message }));
}

test.each([
  { count: 9, parcels: [], single: 9 },
  { count: 10, parcels: [10], single: 0 },
  { count: 100, parcels: [100], single: 0 },
  { count: 101, parcels: [51, 50], single: 0 },
  { count: 250, parcels: [84, 84, 82], single: 0 },
])('$count become parcels of $parcels', async ({ count, ...expected }) => {
  const queue = await declareQueue(db);
  const answers = await queue.enqueueMany(together(plain(count)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['pending']));
  expect(await stored(queue)).toEqual(expected);
});

test('have the order of the batch, its time and the size of each message', async () => {
  const queue = await declareQueue(db);
  const answers = await queue.enqueueMany(
    together(plain(12).map((_, n) => ({ payload: 'x'.repeat(n * 1000) }))),
  );
  const parcels = await db.query(
    `select p.message_ids as ids, p.first_id = p.message_ids[1] as is_first, p.kibs, p.available_at = m.created_at as is_now
     from millrace.parcel p
     join millrace.message m on m.id = p.first_id
     where m.type = $1`,
    [queue.type],
  );
  const ids = answers.map(({ id }) => id);
  const kibs = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  expect(parcels).toEqual([{ ids, is_first: true, kibs, is_now: true }]);
});

test.each([
  { name: 'delayed ones', more: { delaySeconds: 60 } },
  { name: 'members of a group', more: { groupKey: 'g' } },
])('are not made of $name, which stand beside them', async ({ more }) => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(together([...plain(20, more), ...plain(20)]));
  expect(await stored(queue)).toEqual({ parcels: [20], single: 20 });
});

test('are made of messages with other options, and of those whose time is past', async () => {
  const queue = await declareQueue(db);
  const more = { headers: { a: 'b' }, version: 2, scheduledAt: '2020-02-02T02:02:02Z' };
  await queue.enqueueMany(together(plain(10, more)));
  expect(await stored(queue)).toEqual({ parcels: [10], single: 0 });
});

test.each([
  { maxInFlight: 100 },
  { maxDepth: 100 },
  { rateStarts: 100, rateSeconds: 1, rateBurst: 100 },
])('are not made for a queue with $limit', async (limit) => {
  const queue = await declareQueue(db, limit);
  const other = await declareQueue(db, { type: queue.type });
  await queue.enqueueMany(together(plain(10)));
  expect(await stored(queue)).toEqual({ parcels: [], single: 10 });
  expect(await stored(other)).toEqual({ parcels: [10], single: 0 });
});

test('are of one queue, one priority and one span of ids each', async () => {
  const queue = await declareQueue(db);
  const other = await declareQueue(db);
  const later = together(plain(10, { id: undefined })).map((message, n) => ({
    ...message,
    id: `01b00000-0000-7000-8000-0000000000${10 + n}`,
  }));
  await queue.enqueueMany([
    ...together([...plain(10), ...plain(9, { priority: 6 }), ...plain(11, { priority: 7 })]),
    ...together(plain(12, { type: other.type })),
    ...later,
  ]);
  expect(await stored(queue)).toEqual({ parcels: [10, 10, 11], single: 9 });
  expect(await stored(other)).toEqual({ parcels: [12], single: 0 });
});

test('are not made of what has more than 1 MiB together', async () => {
  const queue = await declareQueue(db);
  const large = (count: number, kib: number) =>
    queue.enqueueMany(together(plain(count, { payload: 'x'.repeat(kib * 1024 - 3) })));
  await large(10, 103);
  expect(await stored(queue)).toEqual({ parcels: [], single: 10 });
  await large(10, 102);
  expect(await stored(queue)).toEqual({ parcels: [10], single: 10 });
});

test('are stored once by a call that is repeated, and answered as before', async () => {
  const queue = await declareQueue(db);
  const batch = together(plain(20));
  const answers = await queue.enqueueMany(batch);
  expect(await queue.enqueueMany(batch)).toEqual(answers);
  expect(await stored(queue)).toEqual({ parcels: [20], single: 0 });
});

test.each([9, 200])(
  'are given out in the order of the batch, as %i single deliveries are',
  async (count) => {
    const queue = await declareQueue(db);
    const answers = await queue.enqueueMany(
      together(plain(count * 2).map((_, n) => ({ payload: n, priority: 4 + (n % 2) }))),
    );
    const first = await queue.claim({ count });
    const { deliveries } = await queue.claim({ count, cursor: first.cursor });
    const ids = answers.map(({ id }) => id);
    expect([...first.deliveries, ...deliveries].map(({ id }) => id)).toEqual([
      ...ids.filter((_, n) => n % 2 === 0),
      ...ids.filter((_, n) => n % 2 === 1),
    ]);
  },
);

test('are not there after a rollback, nor after a refusal', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).enqueueMany(together(plain(20)));
  await client.query('rollback');
  const refused = queue.enqueueMany(together([...plain(20), { priority: 10 }]));
  await expect(refused).rejects.toMatchObject({ code: 'MR002' });
  expect(await stored(queue)).toEqual({ parcels: [], single: 0 });
});

test('wake at once', async () => {
  const queue = await declareQueue(db);
  const messages = together(plain(20, { type: queue.type }));
  const [row] = await db.query<{ answer: { now: string; dueAt: string } }>(
    'select millrace.enqueue_to_wake($1, null, false) as answer',
    [JSON.stringify(messages)],
  );
  expect(row?.answer.dueAt).toBe(row?.answer.now);
});
