// Deliveries that stand in a parcel, in every read and under every operation: nobody can tell them from single ones.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { changePolicy, declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';
import { idIn, suffix } from '#test/support/sql/weeks.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

/** How many of each status there are in a queue, as the view has them. */
async function counted({ name }: SqlQueue): Promise<Record<string, number>> {
  const rows = await db.query<{ status: string; count: number }>(
    'select status, count(*)::int from millrace.delivery_status where queue = $1 group by 1',
    [name],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

async function answer<Answer>(text: string, parameters: unknown[]): Promise<Answer> {
  const [row] = await db.query<{ answer: Answer }>(`select millrace.${text} as answer`, parameters);
  return row?.answer as Answer;
}

describe('their status', () => {
  test.each([
    { state: 'fresh', status: 'pending', attempt: 0 },
    { state: 'held', status: 'processing', attempt: 1 },
    { state: 'lost', status: 'pending', attempt: 1 },
  ] as const)('is $status where the lease is $state', async ({ state, status, attempt }) => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue, { state });
    const client = await connect(db, 'millrace_operator');
    const { rows } = await client.query(
      `select message_id as id, queue, status, attempt, available_at <= now() as is_due, finished_at
       from millrace.delivery_status where message_id = any ($1) order by message_id`,
      [ids],
    );
    const all = { queue: queue.name, status, attempt, is_due: true, finished_at: null };
    expect(rows).toEqual(ids.map((id) => ({ id, ...all })));
    expect(await answer('status($1)', [ids[1]])).toMatchObject({
      status,
      deliveries: [{ queue: queue.name, status }],
    });
  });

  test('keeps its revision when they are parted', async () => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue, { state: 'held' });
    const before = await answer('status($1)', [ids[0]]);
    await db.query('select millrace.part(array(select ctid from millrace.parcel))');
    expect(await answer('status($1)', [ids[0]])).toEqual(before);
    expect(await db.query('select from millrace.parcel')).toEqual([]);
  });
});

describe('cancel', () => {
  test('ends one, and the others wait on', async () => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue);
    expect(await operator.cancel(ids[1] ?? '')).toEqual({ cancelled: [queue.name] });
    expect(await counted(queue)).toEqual({ cancelled: 1, pending: 2 });
    expect(await queue.rows()).toMatchObject([
      { id: ids[0], status: 'pending', attempt: 0, token: null },
      { id: ids[2], status: 'pending' },
    ]);
  });

  test('leaves what is held, and ends what lost its lease', async () => {
    const queue = await declareQueue(db);
    const held = await storeParcel(db, queue, { state: 'held' });
    const lost = await storeParcel(db, queue, { state: 'lost' });
    expect(await operator.cancel(held.ids[0] ?? '')).toEqual({ cancelled: [] });
    expect(await operator.cancel(lost.ids[0] ?? '')).toEqual({ cancelled: [queue.name] });
    expect(await counted(queue)).toEqual({ processing: 3, cancelled: 1, pending: 2 });
    expect(await queue.attempts(lost.ids[0])).toMatchObject([
      { outcome: 'expired', attempt: 1 },
      { outcome: 'cancelled', attempt: 1 },
    ]);
  });

  test('waits for that of another member, and ends its own', async () => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue);
    const [first, second] = await connections(db, 2);
    if (!first || !second) throw new Error('no connections');
    await first.query('begin');
    await operator.on(first).cancel(ids[0] ?? '');
    const cancelling = operator.on(second).cancel(ids[1] ?? '');
    await untilBlocked(db);
    await first.query('commit');
    expect(await cancelling).toEqual({ cancelled: [queue.name] });
    expect(await counted(queue)).toEqual({ cancelled: 2, pending: 1 });
  });

  test('of all of them at once, each by a call of its own, ends them all', async () => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue, { count: 24 });
    const clients = await connections(db, 4);
    const cancelled = await Promise.all(
      clients.map(async (client, n) => {
        const found: number[] = [];
        for (const id of ids.filter((_, at) => at % clients.length === n))
          found.push((await operator.on(client).cancel(id))?.cancelled.length ?? 0);
        return found;
      }),
    );
    expect(cancelled.flat()).toEqual(ids.map(() => 1));
    expect(await counted(queue)).toEqual({ cancelled: 24 });
  });

  test('gives up on what an open transaction has hold of', async () => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue);
    const [first, second] = await connections(db, 2);
    if (!first || !second) throw new Error('no connections');
    await first.query('begin');
    await operator.on(first).cancel(ids[0] ?? '');
    expect(await operator.on(second).cancel(ids[1] ?? '')).toEqual({ cancelled: [] });
    await first.query('rollback');
    expect(await counted(queue)).toEqual({ pending: 3 });
  });
});

test('purge takes as many as it may, and says that there is more', async () => {
  const queue = await declareQueue(db);
  await storeParcel(db, queue, { state: 'held' });
  await storeParcel(db, queue, { state: 'lost' });
  await storeParcel(db, queue, { count: 50, priority: 3 });
  expect(await operator.purge(queue.name, queue.name, { maxCount: 50 })).toEqual({
    cancelled: 50,
    more: true,
  });
  expect(await counted(queue)).toEqual({ processing: 3, pending: 3, cancelled: 50 });
  expect(await operator.purge(queue.name)).toEqual({ cancelled: 3, more: false });
  expect(await counted(queue)).toEqual({ processing: 3, cancelled: 53 });
});

test('replay leaves out the queues in which the message is live', async () => {
  const queue = await declareQueue(db);
  const other = await declareQueue(db, { type: queue.type });
  const { ids } = await storeParcel(db, queue);
  expect(await operator.replay(ids[0] ?? '')).toEqual({ queues: [other.name] });
  expect(await operator.replay(ids[0] ?? '', queue.name)).toEqual({ queues: [] });
});

test('debounce replaces one that waits', async () => {
  const queue = await declareQueue(db);
  const { ids } = await storeParcel(db, queue);
  const key = { idempotencyKey: 'k', replace: true };
  await queue.enqueueMany([key]);
  await db.query('update millrace.idempotency_key set message_id = $1 where type = $2', [
    ids[0],
    queue.type,
  ]);
  await queue.enqueueMany([key]);
  expect(await counted(queue)).toEqual({ cancelled: 1, pending: 4 });
});

describe('figures', () => {
  async function setup() {
    const queue = await declareQueue(db);
    await storeParcel(db, queue, { count: 20 });
    await storeParcel(db, queue, { count: 7, state: 'held', priority: 9 });
    await storeParcel(db, queue, { count: 4, state: 'lost' });
    await queue.enqueueMany([{}, { delaySeconds: 60 }]);
    return queue;
  }

  test('of stats count them beside single ones', async () => {
    const queue = await setup();
    await db.query(
      `update millrace.parcel set available_at = available_at - interval '1 hour' where queue_id in (
         select id from millrace.queue where name = $1)`,
      [queue.name],
    );
    const [stats] = await operator.stats(queue.name);
    expect(stats).toMatchObject({
      depth: { pending: 25, processing: 7, scheduled: 1, blocked: 0, dead: 0 },
      retrying: 4,
      capped: [],
    });
    expect(stats?.oldestPendingSeconds).toBeGreaterThanOrEqual(3_600);
  });

  test('for metrics do the same', async () => {
    const queue = await setup();
    await db.query(`update millrace.setting set figured_at = '-infinity'`);
    expect(await answer('figures($1)', [[queue.name]])).toMatchObject({
      queues: [{ pending: 25, processing: 7, scheduled: 1, blocked: 0, dead: 0 }],
    });
  });

  test('of a backlog count those that could be claimed, up to the bound', async () => {
    const queue = await setup();
    const cursor = [5, 9].map((priority) => ({ priority, availableAt: '-infinity', sequence: 0 }));
    const asked = { queue: queue.name, cursor, eachMs: 1, concurrency: 1 };
    const backlog = (timeMs: number) =>
      answer('backlog($1, 1, $2)', [JSON.stringify([asked]), timeMs]);
    expect(await backlog(1_000)).toMatchObject({ queues: [{ waiting: 21 }] });
    expect(await backlog(10)).toMatchObject({ queues: [{ waiting: 10 }] });
  });

  test('fill a queue that has got a limit of depth since', async () => {
    const queue = await declareQueue(db);
    await storeParcel(db, queue, { count: 20 });
    await changePolicy(db, queue, { maxDepth: 22 });
    await queue.enqueueMany([{}, {}]);
    expect(await refusalOf(queue.enqueueMany([{}]))).toMatchObject({ code: 'MR008' });
  });
});

describe('a list of messages', () => {
  async function idsOf(filter: object) {
    const found: string[] = [];
    let cursor: object | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: object | null } = await answer(
        'messages($1, $2, 7)',
        [filter, cursor],
      );
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  test('finds them by status, with a queue and without, page by page and newest first', async () => {
    const queue = await declareQueue(db);
    const old = await storeParcel(db, queue, { count: 15 });
    const held = await storeParcel(db, queue, { count: 12, state: 'held' });
    const single = (await queue.enqueueMany([{}, {}])).map(({ id }) => id);
    const pending = [...old.ids, ...single].sort().reverse();
    const processing = held.ids.toReversed();
    for (const where of [{ type: queue.type }, { queue: queue.name }]) {
      expect(await idsOf({ ...where, status: 'pending' })).toEqual(pending);
      expect(await idsOf({ ...where, status: 'processing' })).toEqual(processing);
      expect(await idsOf({ ...where, status: 'done' })).toEqual([]);
      expect(await idsOf(where)).toHaveLength(29);
    }
  });
});

test('retention keeps their messages, and their week, until they have ended', async () => {
  const queue = await declareQueue(db);
  const parts = ['message', 'attempt'].map(
    (parent) => `millrace.make_partition('${parent}', $1, $1::timestamptz + interval '7 days')`,
  );
  const starts = suffix(-9).replace(/(....)(..)(..)/, '$1-$2-$3T00:00:00Z');
  await db.query(`select ${parts.join()}`, [starts]);
  const { ids } = await storeParcel(db, queue, { like: idIn(-9) });
  const kept = async () =>
    (await db.query('select from millrace.message where id = any ($1)', [ids])).length;
  expect(await answer('drop_expired_weeks()', [])).toBe(0);
  expect(await answer('erase_messages($1)', [ids])).toBe(0);
  expect(await answer('erase_overdue(10)', [])).toBe(0);
  expect(await kept()).toBe(3);
  await operator.cancel(ids[0] ?? '');
  expect(await answer('erase_overdue(10)', [])).toBe(1);
  expect(await kept()).toBe(2);
  await operator.purge(queue.name);
  expect(await answer('drop_expired_weeks()', [])).toBe(1);
  expect(await kept()).toBe(0);
});
