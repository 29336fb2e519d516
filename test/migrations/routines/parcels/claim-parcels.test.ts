import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Claimed, claimedDeliveries } from '#queue/routines/claimed-delivery.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const idsOf = (deliveries: readonly { id: string }[]) => deliveries.map(({ id }) => id);

const statuses = async (queue: SqlQueue) =>
  Object.fromEntries((await queue.rows()).map(({ id, status }) => [id, status]));

/** How many parcels of the queue there are, by whether a token holds them. */
async function parcels(queue: SqlQueue) {
  const [counts] = await db.query<{ fresh: number; held: number }>(
    `select count(*) filter (where p.lease_token is null)::int as fresh, count(p.lease_token)::int as held
     from millrace.parcel p join millrace.queue q on q.id = p.queue_id where q.name = $1`,
    [queue.name],
  );
  return counts;
}

test('gives parcels whole, by priority and age, as first attempts with their messages', async () => {
  const queue = await declareQueue(db);
  const late = await storeParcel(db, queue, { priority: 9 });
  const first = await storeParcel(db, queue);
  const second = await storeParcel(db, queue, { count: 5 });
  const { deliveries } = await queue.claim({ count: 9 });
  expect(idsOf(deliveries)).toEqual([...first.ids, ...second.ids]);
  expect(deliveries[0]).toMatchObject({ attempt: 1, type: queue.type, payload: { n: 1 } });
  expect(deliveries[0]?.waitedMs).toBeGreaterThanOrEqual(0);
  expect(idsOf((await queue.claim({ count: 9 })).deliveries)).toEqual(late.ids);
  expect((await queue.claim({ count: 9 })).deliveries).toEqual([]);
});

test('says what many have in common once to whoever asks for it, and the same as in lists', async () => {
  const queue = await declareQueue(db);
  const [mixed, alike] = [await storeParcel(db, queue, { count: 5 }), await storeParcel(db, queue)];
  const token = randomUUID();
  const claim = async (inRuns: boolean, repeated = true) => {
    const text = 'select * from millrace.claim($1, $2, 9, null, $3, in_runs => $4)';
    const [row] = await db.query<Claimed>(text, [queue.name, token, repeated, inRuns]);
    if (!row) throw new Error('no answer');
    // Each claim tells how long it has been by then.
    const deliveries = claimedDeliveries(row, token).map((each) => ({ ...each, waitedMs: 0 }));
    return { row, deliveries };
  };
  const runs = await claim(true, false);
  expect(runs.row).toMatchObject({
    ids: [...mixed.ids, ...alike.ids],
    types: { values: [queue.type], counts: [8] },
    versions: { values: [1], counts: [8] },
    created_at: { counts: [5, 3] },
    attempts: { values: [1], counts: [8] },
    group_keys: { values: [null], counts: [8] },
    waited_ms: { counts: [5, 3] },
  });
  expect(runs.deliveries).toEqual((await claim(false)).deliveries);
  await db.query(
    `update millrace.message set type = 'other.type', version = 2, created_at = created_at - interval '1 hour' where id = $1`,
    [mixed.ids[1]],
  );
  const lists = await claim(false);
  expect(lists.deliveries[1]).toMatchObject({ type: 'other.type', version: 2 });
  expect((await claim(true)).deliveries).toEqual(lists.deliveries);
});

test('splits a parcel that is larger than asked for, in order and without loss', async () => {
  const queue = await declareQueue(db);
  const { ids } = await storeParcel(db, queue, { count: 10 });
  const { deliveries, cursor } = await queue.claim({ count: 4 });
  expect(idsOf(deliveries)).toEqual(ids.slice(0, 4));
  const rest = await queue.claim({ count: 10, cursor });
  expect(idsOf(rest.deliveries)).toEqual(ids.slice(4));
  expect(
    await queue.settle(...[...deliveries, ...rest.deliveries].map((each) => done(each))),
  ).toMatchObject({ settled: 10, stale: [] });
  expect(await queue.rows()).toEqual([]);
});

test('leaves a parcel that does not fit to the next claim, and says that there is more', async () => {
  const queue = await declareQueue(db);
  const first = await storeParcel(db, queue, { count: 6 });
  const second = await storeParcel(db, queue, { count: 6 });
  const [row] = await db.query<{ ids: string[]; cursor: object; has_more: boolean }>(
    'select ids, cursor, has_more from millrace.claim($1, $2, 8)',
    [queue.name, randomUUID()],
  );
  expect(row).toMatchObject({ ids: first.ids, has_more: true });
  const { deliveries } = await queue.claim({ count: 8, cursor: row?.cursor ?? null });
  expect(idsOf(deliveries)).toEqual(second.ids);
});

test('leaves to another claim at the same time what does not fit, and nothing of what it takes', async () => {
  const queue = await declareQueue(db);
  const first = await storeParcel(db, queue, { count: 60 });
  const second = await storeParcel(db, queue, { count: 60 });
  const [one, other] = await connections(db, 2);
  if (!one || !other) throw new Error('two connections were opened');
  await one.query('begin');
  expect(idsOf((await queue.on(one).claim({ count: 100 })).deliveries)).toEqual(first.ids);
  expect(idsOf((await queue.on(other).claim({ count: 100 })).deliveries)).toEqual(second.ids);
  await one.query('commit');
});

test('takes many small parcels of two priorities at once, in order, and goes on behind them', async () => {
  const queue = await declareQueue(db);
  const urgent = [];
  const others = [];
  for (let n = 0; n < 4; n += 1) {
    urgent.push(...(await storeParcel(db, queue, { count: 10, priority: 1 })).ids);
    others.push(...(await storeParcel(db, queue, { count: 10, priority: 9 })).ids);
  }
  const all = [...urgent, ...others];
  const first = await queue.claim({ count: 65 });
  expect(idsOf(first.deliveries)).toEqual(all.slice(0, 60));
  const second = await queue.claim({ count: 200, cursor: first.cursor });
  expect(idsOf(second.deliveries)).toEqual(all.slice(60));
  expect((await queue.claim({ count: 200, cursor: second.cursor })).deliveries).toEqual([]);
});

test('passes over a parcel that it finds free and locked, and takes the next ones', async () => {
  const queue = await declareQueue(db);
  const first = await storeParcel(db, queue);
  const second = await storeParcel(db, queue);
  const third = await storeParcel(db, queue);
  const lockers = await connections(db, 2);
  // Two at once leave no number of a transaction that the claim could compare.
  for (const locker of lockers) {
    await locker.query('begin');
    await locker.query('select from millrace.parcel where first_id = $1 for share', [first.ids[0]]);
  }
  const { deliveries, cursor } = await queue.claim({ count: 9 });
  expect(idsOf(deliveries)).toEqual([...second.ids, ...third.ids]);
  for (const locker of lockers) await locker.query('rollback');
  expect((await queue.claim({ count: 9, cursor })).deliveries).toEqual([]);
  expect(idsOf((await queue.claim({ count: 9 })).deliveries)).toEqual(first.ids);
});

/** Parcels of messages that are as large, as far as claims can tell. */
async function storeLarge(queue: SqlQueue, { parcelCount = 5, count = 10, kib = 100 } = {}) {
  const stored = [];
  for (let n = 0; n < parcelCount; n += 1) stored.push(await storeParcel(db, queue, { count }));
  await db.query(
    `update millrace.parcel p set kibs = array_fill($2::smallint, array[cardinality(p.message_ids)])
     from millrace.queue q where q.id = p.queue_id and q.name = $1`,
    [queue.name, kib],
  );
  return stored;
}

test('takes no more than some 4 MiB of parcels', async () => {
  const queue = await declareQueue(db);
  await storeLarge(queue);
  const [row] = await db.query<{ count: number; kib: number; has_more: boolean }>(
    'select json_array_length(ids) as count, kib, has_more from millrace.claim($1, $2, 100)',
    [queue.name, randomUUID()],
  );
  expect(row).toEqual({ count: 40, kib: 4000, has_more: true });
});

test('takes 4 MiB of what is behind the parcels that others are claiming', async () => {
  const queue = await declareQueue(db);
  const all = await storeLarge(queue, { parcelCount: 9 });
  const [other] = await connections(db, 1);
  if (!other) throw new Error('no connection');
  await other.query('begin');
  await other.query('select from millrace.claim($1, $2, 40)', [queue.name, randomUUID()]);
  const { deliveries } = await queue.claim({ count: 200 });
  expect(idsOf(deliveries)).toEqual(all.slice(4, 8).flatMap(({ ids }) => ids));
  await other.query('rollback');
});

test('looks twice for parcels of three messages that are as many as fit', async () => {
  const queue = await declareQueue(db);
  await storeLarge(queue, { parcelCount: 6, count: 3, kib: 256 });
  const [client] = await connections(db, 1);
  if (!client) throw new Error('no connection');
  await client.query(`begin; set local track_functions = 'all'`);
  const claimed = await client.query(
    'select json_array_length(ids) as count from millrace.claim($1, $2, 16)',
    [queue.name, randomUUID()],
  );
  const looks = await client.query(
    `select calls::int from pg_stat_xact_user_functions where funcname = 'next_parcels'`,
  );
  await client.query('commit');
  expect({ ...claimed.rows[0], ...looks.rows[0] }).toEqual({ count: 15, calls: 2 });
});

test('takes turns with single deliveries: the more urgent first, and of the same urgency the older', async () => {
  const queue = await declareQueue(db);
  const old = await queue.enqueue();
  const parcel = await storeParcel(db, queue);
  const young = await queue.enqueue();
  const urgent = await queue.enqueue({ priority: 1 });
  const order: string[] = [];
  let cursor: object | null = null;
  for (;;) {
    const claimed = await queue.claim({ count: 1 + (order.length === 2 ? 2 : 0), cursor });
    if (claimed.deliveries.length === 0) break;
    cursor = claimed.cursor;
    order.push(...idsOf(claimed.deliveries));
  }
  expect(order).toEqual([urgent, old, ...parcel.ids, young]);
});

test('gives again what its token holds, when the answer was lost', async () => {
  const queue = await declareQueue(db);
  const { ids } = await storeParcel(db, queue, { count: 6 });
  const { token } = await queue.claim({ count: 6 });
  const again = await queue.claim({ count: 6, token, repeated: true });
  expect(idsOf(again.deliveries)).toEqual(ids);
  // It was too large for whoever was to take it: the rest goes to others, as if it had never been claimed.
  const fewer = await queue.claim({ count: 2, token, repeated: true });
  expect(idsOf(fewer.deliveries)).toEqual(ids.slice(0, 2));
  const others = await queue.claim({ count: 6 });
  expect(idsOf(others.deliveries)).toEqual(ids.slice(2));
  expect(others.deliveries.every(({ attempt }) => attempt === 1)).toBe(true);
  expect(await queue.settle(...fewer.deliveries.map((each) => done(each)))).toMatchObject({
    settled: 2,
  });
});

test('a claim repeated with less gives back whole parcels that do not fit', async () => {
  const queue = await declareQueue(db);
  const first = await storeParcel(db, queue, { count: 2 });
  const second = await storeParcel(db, queue, { count: 2 });
  const { token } = await queue.claim({ count: 4 });
  const fewer = await queue.claim({ count: 3, token, repeated: true });
  expect(idsOf(fewer.deliveries)).toEqual(first.ids);
  expect(idsOf((await queue.claim({ count: 3 })).deliveries)).toEqual(second.ids);
});

test('shares parcels and single deliveries among six consumers without overlap or loss', async () => {
  const queue = await declareQueue(db);
  const all: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    all.push(...(await storeParcel(db, queue, { count: 1 + (n % 12) })).ids);
    if (n % 3 === 0) all.push(await queue.enqueue());
  }
  const clients = await connections(db, 6);
  const taken = await Promise.all(
    clients.map(async (client, n) => {
      const own: string[] = [];
      const mine = queue.on(client);
      for (let misses = 0; misses < 5; ) {
        const { deliveries } = await mine.claim({ count: 3 + n * 4 });
        misses = deliveries.length === 0 ? misses + 1 : 0;
        const report = await mine.settle(...deliveries.map((each) => done(each)));
        expect(report).toMatchObject({ settled: deliveries.length, stale: [] });
        own.push(...idsOf(deliveries));
      }
      return own;
    }),
  );
  expect(taken.flat().sort()).toEqual(all.sort());
  expect(await queue.rows()).toEqual([]);
});

test('hands out a member whose message is gone without a type', async () => {
  const queue = await declareQueue(db);
  const { ids } = await storeParcel(db, queue);
  await db.query('delete from millrace.message where id = $1', [ids[1]]);
  const { deliveries } = await queue.claim({ count: 3 });
  expect(deliveries.map(({ type }) => type)).toEqual([queue.type, null, queue.type]);
  expect(await queue.settle(...deliveries.map((each) => done(each)))).toMatchObject({ settled: 3 });
});

test('under limits that the queue has got meanwhile, gives no more than they allow', async () => {
  const queue = await declareQueue(db);
  const { ids } = await storeParcel(db, queue, { count: 6 });
  await db.query('update millrace.queue set max_in_flight = 2 where name = $1', [queue.name]);
  expect(idsOf((await queue.claim({ count: 6 })).deliveries)).toEqual(ids.slice(0, 2));
  expect((await queue.claim({ count: 6 })).deliveries).toEqual([]);
  expect(
    Object.values(await statuses(queue)).filter((status) => status === 'pending'),
  ).toHaveLength(4);
});

test('a paused queue gives no parcels', async () => {
  const queue = await declareQueue(db);
  await storeParcel(db, queue);
  await queue.pause();
  expect((await queue.claim({ count: 3 })).deliveries).toEqual([]);
  expect(await parcels(queue)).toEqual({ fresh: 1, held: 0 });
});
