import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** A queue with one parcel of so many members, all of them claimed. */
async function claimed(count: number, policy: object = {}): Promise<[SqlQueue, Delivery[]]> {
  const queue = await declareQueue(db, policy);
  await storeParcel(db, queue, { count });
  return [queue, (await queue.claim({ count })).deliveries];
}

async function parcelSizes(queue: SqlQueue): Promise<number[]> {
  const rows = await db.query<{ size: number }>(
    `select cardinality(p.message_ids) as size
     from millrace.parcel p join millrace.queue q on q.id = p.queue_id where q.name = $1 order by p.sequence`,
    [queue.name],
  );
  return rows.map(({ size }) => size);
}

const allDone = (deliveries: readonly Delivery[]) =>
  deliveries.map((each, n) => done(each, { ms: n }));

test.each([
  ['in the order of the claim', (ids: Delivery[]) => ids],
  ['in another order', (ids: Delivery[]) => ids.toReversed()],
])('ends a parcel all of whose members are done, told %s', async (_, ordered) => {
  const [queue, deliveries] = await claimed(12);
  expect(await queue.settle(...allDone(ordered(deliveries)))).toEqual({
    settled: 12,
    repeated: 0,
    dead: [],
    stale: [],
  });
  expect(await parcelSizes(queue)).toEqual([]);
  expect(await queue.attempts()).toHaveLength(12);
  // The answer may have been lost: the same call changes nothing, and knows its own work.
  expect(await queue.settle(...allDone(deliveries))).toMatchObject({
    settled: 0,
    repeated: 12,
    stale: [],
  });
});

test('keeps the run time with its message, whatever the order', async () => {
  const [queue, deliveries] = await claimed(10);
  const slow = deliveries[7];
  const results = deliveries.map((each) => done(each, { ms: each === slow ? 5000 : 1 }));
  await queue.settle(...results.toReversed());
  const rows = await db.query<{ id: string }>(
    `select message_id as id from millrace.attempt_log where queue = $1 and finished_at - started_at > interval '2 seconds'`,
    [queue.name],
  );
  expect(rows).toEqual([{ id: slow?.id }]);
});

test('keeps the rest of a parcel under its lease, and parts it where next to nothing of it is done', async () => {
  const [queue, deliveries] = await claimed(30);
  expect(await queue.settle(...allDone(deliveries.slice(0, 10)))).toMatchObject({ settled: 10 });
  expect(await parcelSizes(queue)).toEqual([20]);
  expect(await queue.settle(...allDone(deliveries.slice(10, 11)))).toMatchObject({ settled: 1 });
  expect(await parcelSizes(queue)).toEqual([]);
  const rows = await queue.rows();
  expect(rows).toHaveLength(19);
  expect(rows.every(({ status, attempt }) => status === 'processing' && attempt === 1)).toBe(true);
  expect(await queue.settle(...allDone(deliveries.slice(11)))).toMatchObject({
    settled: 19,
    stale: [],
  });
});

test('ends one call with several parcels, parts of them and single deliveries', async () => {
  const queue = await declareQueue(db);
  await storeParcel(db, queue, { count: 10 });
  await storeParcel(db, queue, { count: 10 });
  await queue.enqueue();
  const first = await queue.claim({ count: 20 });
  const second = await queue.claim({ count: 20 });
  const results = allDone([...first.deliveries.slice(0, 15), ...second.deliveries]);
  expect(await queue.settle(...results)).toMatchObject({ settled: 16, repeated: 0, stale: [] });
  expect((await queue.rows()).map(({ id }) => id)).toEqual(
    first.deliveries.slice(15).map(({ id }) => id),
  );
});

test('gives each outcome to its member alone', async () => {
  const [queue, deliveries] = await claimed(6, { maxAttempts: 3 });
  const [a, b, c, d, e, f] = deliveries as [
    Delivery,
    Delivery,
    Delivery,
    Delivery,
    Delivery,
    Delivery,
  ];
  const report = await queue.settle(
    done(a),
    end('retry', b, { delaySeconds: 60 }),
    end('dead', c, { error: { name: 'Error', message: 'no' } }),
    end('snooze', d, { delaySeconds: 60 }),
    end('release', e),
  );
  expect(report).toMatchObject({ settled: 5, dead: [c.id], stale: [] });
  const rows = Object.fromEntries((await queue.rows()).map((row) => [row.id, row]));
  expect(rows[b.id]).toMatchObject({ status: 'scheduled', attempt: 1 });
  expect(rows[d.id]).toMatchObject({ status: 'scheduled', attempt: 0 });
  expect(rows[e.id]).toMatchObject({ status: 'pending', attempt: 0 });
  expect(rows[f.id]).toMatchObject({ status: 'processing', attempt: 1, token: f.token });
  expect(await queue.deadLetters()).toMatchObject([{ id: c.id, attempts: 1 }]);
  expect(await queue.settle(done(f))).toMatchObject({ settled: 1 });
});

test('ends together those of a parcel that are done, whatever becomes of the others', async () => {
  const [queue, deliveries] = await claimed(12, { maxAttempts: 3 });
  const others = [1, 6, 11];
  const error = { name: 'Error', message: 'no' };
  const results = deliveries.map((each, n) =>
    others.includes(n)
      ? end(n === 6 ? 'dead' : 'retry', each, { delaySeconds: 60, error })
      : done(each, { ms: n }),
  );
  const dead = [deliveries[6]?.id];
  expect(await queue.settle(...results)).toEqual({ settled: 12, repeated: 0, dead, stale: [] });
  expect(await parcelSizes(queue)).toEqual([]);
  const waiting = [deliveries[1], deliveries[11]].map((each) => each?.id).sort();
  expect((await queue.rows()).map(({ id }) => id).sort()).toEqual(waiting);
  expect((await queue.deadLetters()).map(({ id }) => id)).toEqual(dead);
  const together = await db.query<{ ids: string[]; ms: number[] }>(
    `select message_ids as ids, run_ms as ms from millrace.done_attempts where lease_token = $1`,
    [deliveries[0]?.token],
  );
  const ended = deliveries.map(({ id }, n) => ({ id, n })).filter(({ n }) => !others.includes(n));
  expect(together).toEqual([{ ids: ended.map(({ id }) => id), ms: ended.map(({ n }) => n) }]);
  expect(await queue.attempts()).toHaveLength(12);
  expect(await queue.settle(...results)).toMatchObject({
    settled: 0,
    repeated: 12,
    dead,
    stale: [],
  });
});

test('is fenced by the token: who lost a lease changes nothing', async () => {
  const [queue, deliveries] = await claimed(10);
  await queue.expireLeases();
  const again = (await queue.claimSuspects({ count: 10 })).deliveries;
  expect(again).toHaveLength(10);
  const late = await queue.settle(...allDone(deliveries));
  expect(late).toMatchObject({ settled: 0, repeated: 0 });
  expect(late.stale.sort()).toEqual(deliveries.map(({ id }) => id).sort());
  const forged = deliveries.map(({ id }) => done({ id, token: randomUUID() } as Delivery));
  expect(await queue.settle(...forged)).toMatchObject({ settled: 0 });
  expect(await queue.settle(...allDone(again))).toMatchObject({ settled: 10, stale: [] });
});

test('may be settled late, as long as nobody has claimed it since', async () => {
  const [queue, deliveries] = await claimed(10);
  await queue.expireLeases();
  expect(await queue.settle(...allDone(deliveries))).toMatchObject({ settled: 10, stale: [] });
});

test('members of a lost parcel are suspects, a first attempt behind them', async () => {
  const [queue] = await claimed(10, { maxAttempts: 5 });
  await queue.expireLeases();
  expect((await queue.claim({ count: 10 })).deliveries).toEqual([]);
  const suspects = await queue.claimSuspects();
  expect(suspects.deliveries).toHaveLength(10);
  expect(
    suspects.deliveries.every(({ attempt, waitedMs }) => attempt === 2 && waitedMs === null),
  ).toBe(true);
  expect((await queue.attempts()).map(({ outcome }) => outcome)).toEqual(Array(10).fill('expired'));
});

test('two settles of the same parcel at the same moment end it once', async () => {
  const [queue, deliveries] = await claimed(10);
  const [one, two] = [await connect(db), await connect(db)];
  await one.query('begin');
  expect(await queue.on(one).settle(...allDone(deliveries))).toMatchObject({ settled: 10 });
  const second = queue.on(two).settle(...allDone(deliveries));
  expect(await waitsForLock(db, second)).toBe(true);
  await one.query('commit');
  expect(await second).toMatchObject({ settled: 0, repeated: 10, stale: [] });
  expect(await queue.attempts()).toHaveLength(10);
});

test('a settle that is rolled back leaves the parcel as it was', async () => {
  const [queue, deliveries] = await claimed(10);
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).settle(...allDone(deliveries));
  await client.query('rollback');
  expect(await parcelSizes(queue)).toEqual([10]);
  expect(await queue.settle(...allDone(deliveries))).toMatchObject({ settled: 10 });
});

test('extend keeps a whole parcel, and of another one only the members that are named', async () => {
  const [queue, deliveries] = await claimed(10, { leaseSeconds: 60 });
  await queue.expireLeases();
  expect((await queue.extend(...deliveries)).sort()).toEqual(deliveries.map(({ id }) => id).sort());
  expect(await parcelSizes(queue)).toEqual([10]);
  await queue.expireLeases();
  const named = deliveries.slice(0, 4);
  expect((await queue.extend(...named)).sort()).toEqual(named.map(({ id }) => id).sort());
  const held = (await queue.rows()).filter(({ status }) => status === 'processing');
  expect(held.map(({ id }) => id).sort()).toEqual(named.map(({ id }) => id).sort());
  expect(await queue.extend({ id: named[0]?.id ?? '', token: randomUUID() })).toEqual([]);
});

test('progress belongs to one member, and the others stay as they are', async () => {
  const [queue, deliveries] = await claimed(10);
  const [first] = deliveries;
  const [row] = await db.query<{ recorded: number }>(
    'select millrace.report_progress($1, $2) as recorded',
    [queue.name, JSON.stringify([{ id: first?.id, token: first?.token, fraction: 0.5 }])],
  );
  expect(row).toEqual({ recorded: 1 });
  expect(await queue.settle(...allDone(deliveries))).toMatchObject({ settled: 10, stale: [] });
});

test('takes a claim without run times, and one without ids for nothing', async () => {
  const [queue, deliveries] = await claimed(10);
  const [{ token } = { token: '' }] = deliveries;
  const settle = async (claim: object) => {
    const text = `select millrace.settle($1, '[]', $2) -> 'settled' as settled`;
    const [row] = await db.query(text, [queue.name, JSON.stringify([claim])]);
    return row;
  };
  expect(await settle({ token })).toEqual({ settled: 0 });
  expect(await settle({ token, ids: deliveries.map(({ id }) => id) })).toEqual({ settled: 10 });
  expect(await queue.attempts()).toHaveLength(10);
});
