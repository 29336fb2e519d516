// The list of messages: what each filter finds, and that pages neither leave out nor repeat anything, however few of what a
// call looks at fit.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

interface Item {
  readonly id: string;
  readonly status: string;
  readonly deliveries: readonly object[];
}

interface Page {
  readonly items: readonly Item[];
  readonly nextCursor: { readonly id: string } | null;
  readonly searchedTo: string | null;
}

const db = await createDatabase();

async function page(filter: unknown, cursor: unknown = null, maxCount: number | null = 50) {
  const [row] = await db.query<{ page: Page }>('select millrace.messages($1, $2, $3) as page', [
    JSON.stringify(filter),
    cursor && JSON.stringify(cursor),
    maxCount,
  ]);
  if (!row) throw new Error('no row');
  return row.page;
}

const idsOf = ({ items }: Page) => items.map(({ id }) => id);

/** The ids of all pages, with the number of calls. */
async function allPages(filter: object, maxCount = 50) {
  const ids: string[] = [];
  let cursor: object | null = null;
  let calls = 0;
  do {
    const found: Page = await page(filter, cursor, maxCount);
    ids.push(...idsOf(found));
    cursor = found.nextCursor;
    calls += 1;
  } while (cursor);
  return { ids, calls };
}

const enqueue = async (queue: SqlQueue, ...messages: object[]) =>
  (await queue.enqueueMany(messages)).map(({ id }) => id);

const newestFirst = (ids: readonly string[]) => ids.toSorted().toReversed();

test('shows messages as status does, newest first, without payloads', async () => {
  const queue = await declareQueue(db);
  const ids = await enqueue(queue, { payload: 'secret', groupKey: 'g' }, {});
  const { items, nextCursor, searchedTo } = await page({ type: queue.type });
  expect(items.map(({ id }) => id)).toEqual(newestFirst(ids));
  expect([nextCursor, searchedTo]).toEqual([null, null]);
  expect(items.find(({ id }) => id === ids[0])).toEqual({
    id: ids[0],
    type: queue.type,
    createdAt: expect.any(String),
    groupKey: 'g',
    causedBy: null,
    status: 'pending',
    deliveries: [
      {
        queue: queue.name,
        status: 'pending',
        attempt: 0,
        availableAt: expect.any(String),
        finishedAt: null,
      },
    ],
  });
});

/** A message in each status, by the status. */
async function oneOfEach() {
  const queue = await declareQueue(db);
  const other = await declareQueue(db, { type: queue.type });
  const [done1, dead, processing] = await enqueue(queue, {}, {}, {});
  await queue.enqueueMany([{ groupKey: 'h' }]);
  const rows = await queue.claim({ count: 3 });
  const [first, second] = rows.deliveries;
  if (!first || !second) throw new Error('nothing was claimed');
  await queue.settle(done(first), end('dead', second, { error: {} }));
  const [blocked] = await enqueue(queue, { groupKey: 'h' });
  const [scheduled] = await enqueue(queue, { delaySeconds: 60 });
  const [cancelled] = await enqueue(queue, {});
  await db.query('select millrace.cancel($1)', [cancelled]);
  const [relayed] = await enqueue(queue, { priority: 1 });
  await queue.settle(end('relayed', await queue.claimOne()));
  return {
    queue,
    other,
    ids: { done: done1, dead, processing, blocked, scheduled, cancelled, relayed },
  };
}

test('finds what stands so in a queue', async () => {
  const { queue, other, ids } = await oneOfEach();
  for (const [status, id] of Object.entries(ids)) {
    const found = await page({ queue: queue.name, status });
    expect(idsOf(found), status).toEqual([id]);
  }
  // In the other queue nobody has begun with these.
  const inOther = await page({ queue: other.name, status: 'pending' });
  expect(idsOf(inOther)).toEqual(expect.arrayContaining([ids.done, ids.dead, ids.processing]));
  expect(idsOf(await page({ queue: other.name, status: 'done' }))).toEqual([]);
  expect((await page({ queue: other.name })).items).toHaveLength(8);
});

test('finds messages by the status that they are shown with', async () => {
  const { queue, ids } = await oneOfEach();
  for (const status of [
    'pending',
    'processing',
    'scheduled',
    'blocked',
    'done',
    'dead',
    'cancelled',
    'relayed',
  ]) {
    const { items } = await page({ type: queue.type, status });
    const shown = (await page({ type: queue.type })).items.filter((item) => item.status === status);
    expect(items, status).toEqual(shown);
  }
  // The other queue still has to begin.
  expect(idsOf(await page({ type: queue.type, status: 'done' }))).not.toContain(ids.done);
});

test('finds messages by group, trace, key and time', async () => {
  const queue = await declareQueue(db);
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const [grouped, traced, keyed] = await enqueue(
    queue,
    { groupKey: 'a group' },
    { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    { idempotencyKey: 'a key' },
  );
  expect(idsOf(await page({ groupKey: 'a group' }))).toEqual([grouped]);
  expect(idsOf(await page({ groupKey: 'a group', status: 'pending' }))).toEqual([grouped]);
  expect(idsOf(await page({ groupKey: 'a group', status: 'blocked' }))).toEqual([]);
  expect(idsOf(await page({ traceId: trace }))).toEqual([traced]);
  expect(idsOf(await page({ idempotencyKey: 'a key' }))).toEqual([keyed]);
  expect(idsOf(await page({ idempotencyKey: 'a key', type: 'test.another' }))).toEqual([]);
  await queue.settle(done(await queue.claimOne()));
  expect(idsOf(await page({ groupKey: 'a group', status: 'done' }))).toEqual([grouped]);
});

test('finds messages by the time in their ids', async () => {
  const queue = await declareQueue(db);
  const ids = ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z', '2026-05-03T00:00:00Z'];
  const [first, second, third] = await Promise.all(
    ids.map(async (instant) => {
      const [row] = await db.query<{ id: string }>(
        `select overlay(millrace.uuid_floor($1)::text placing '7' from 15 for 1) as id`,
        [instant],
      );
      return row?.id ?? '';
    }),
  );
  await queue.enqueueMany([{ id: first }, { id: second }, { id: third }]);
  const { type } = queue;
  const after = '2026-05-02T00:00:00Z';
  expect(idsOf(await page({ type, after }))).toEqual([third, second]);
  expect(idsOf(await page({ type, before: after }))).toEqual([first]);
  expect(idsOf(await page({ type, after, before: '2026-05-03T02:00:00+02:00' }))).toEqual([second]);
  expect(idsOf(await page({ type, before: '0001-01-01T00:00:00Z' }))).toEqual([]);
  expect(idsOf(await page({ type, after: '0001-01-01T00:00:00Z' }))).toEqual([
    third,
    second,
    first,
  ]);
  expect(idsOf(await page({ type, after: '9999-12-31T00:00:00Z' }))).toEqual([]);
});

test('pages leave out nothing and repeat nothing', async () => {
  const queue = await declareQueue(db);
  await declareQueue(db, { type: queue.type });
  const ids = newestFirst(await enqueue(queue, ...Array(25).fill({})));
  for (const filter of [{}, { status: 'pending' }, { queue: queue.name, status: 'pending' }])
    for (const most of [1, 4, 25, 26]) {
      const found = await allPages({ type: queue.type, ...filter }, most);
      expect(found.ids, `${JSON.stringify(filter)} by ${most}`).toEqual(ids);
    }
});

test('looks at some 10,000 rows a call, and says how far it has come', async () => {
  const queue = await declareQueue(db);
  const busy = await declareQueue(db);
  const [rare] = await enqueue(queue, {
    groupKey: 'rare',
    traceparent: `00-${'5'.repeat(32)}-${'6'.repeat(16)}-01`,
  });
  for (let n = 0; n < 12; n += 1) await busy.enqueueMany(Array(1_000).fill({}));
  for (const filter of [{ type: queue.type }, { groupKey: 'rare' }, { traceId: '5'.repeat(32) }]) {
    const first = await page(filter);
    expect(first).toEqual({
      items: [],
      nextCursor: { id: expect.any(String) },
      searchedTo: expect.any(String),
    });
    const all = await allPages(filter);
    expect(all.ids).toEqual([rare]);
    expect(all.calls).toBe(2);
  }
  for (const filter of [
    { groupKey: 'rare', status: 'pending' },
    { queue: queue.name, status: 'pending' },
  ])
    expect(await allPages(filter), JSON.stringify(filter)).toEqual({ ids: [rare], calls: 1 });
  // Of a queue with so many they are walked.
  const walked = await allPages({ queue: busy.name, status: 'pending' }, 1_000);
  expect(new Set(walked.ids).size).toBe(12_000);
  expect(walked.ids).toHaveLength(12_000);
});

test.each([
  ['a list', [], 'must be a JSON object, got array'],
  ['an unknown key', { kind: 'x' }, '"kind" is not in a filter; known are type, queue'],
  ['an unknown status', { status: 'lost' }, '"lost" is not a status; statuses are pending'],
  ['a number', { type: 5 }, '"type" must be a string, got number'],
  ['a day that no calendar has', { before: '2026-02-30T00:00:00Z' }, 'must be an ISO 8601 instant'],
  ['a trace id that is none', { traceId: 'abc' }, 'traceId must be 32 hexadecimal digits'],
])('refuses %s', async (_, filter, message) => {
  const refusal = { code: 'MR002', message: expect.stringContaining(message) };
  await expect(page(filter)).rejects.toMatchObject(refusal);
});

test.each([{}, { id: 'x' }, [], 5])('refuses %j as a cursor', async (cursor) => {
  const refusal = { code: 'MR002', message: 'the cursor must be nextCursor of an answer before' };
  await expect(page({}, cursor)).rejects.toMatchObject(refusal);
});
