// A delivery whose lease ran out in a queue that nobody drains any more: operators can end it, and everything that waited
// for it goes on.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

/** Nobody drains it from now on, and what was claimed in it has lost its lease. */
async function abandon(queue: SqlQueue): Promise<void> {
  await db.query('update millrace.queue set is_declared = false where name = $1', [queue.name]);
  await db.query('delete from millrace.subscription where type = $1', [queue.type]);
  await queue.expireLeases();
}

const statusIn = async (queue: SqlQueue, id: string) => {
  const [row] = await db.query<{ status: string }>(
    'select status from millrace.delivery_status where queue = $1 and message_id = $2',
    [queue.name, id],
  );
  return row?.status;
};

const outcomes = async (queue: SqlQueue, id?: string) =>
  (await queue.attempts(id)).map(({ outcome, attempt }) => `${attempt} ${outcome}`);

describe('in a queue that was taken out of the code', () => {
  test('cancel ends it and logs the attempt that was lost; its settle is stale then', async () => {
    const queue = await declareQueue(db);
    const id = await queue.enqueue();
    const held = await queue.claimOne();
    expect(await operator.cancel(id)).toEqual({ cancelled: [] });
    await abandon(queue);
    expect(await operator.cancel(id)).toEqual({ cancelled: [queue.name] });
    expect(await statusIn(queue, id)).toBe('cancelled');
    expect(await outcomes(queue)).toEqual(['1 expired', '1 cancelled']);
    expect(await queue.attempts()).toMatchObject([
      { error: { name: 'LeaseExpired' } },
      { error: null },
    ]);
    expect(await queue.settle(done(held))).toMatchObject({ settled: 0, repeated: 0, stale: [id] });
    expect(await operator.cancel(id)).toEqual({ cancelled: [] });
  });

  test('purge ends it with all that waits, a portion at a time, and leaves what is held', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany([{}, {}, {}]);
    await queue.claim({ count: 3 });
    await abandon(queue);
    const waiting = uuidV7();
    const held = uuidV7();
    await db.query(
      `insert into millrace.delivery (message_id, queue_id, available_at, lease_expires_at, lease_token, attempt)
       select m.id, q.id, statement_timestamp(), m.ends, m.token, m.attempt
       from millrace.queue q,
         (values ($2::uuid, null::timestamptz, null::uuid, 0), ($3, 'infinity', gen_random_uuid(), 1))
           as m(id, ends, token, attempt)
       where q.name = $1`,
      [queue.name, waiting, held],
    );
    expect(await operator.purge(queue.name, queue.name, { maxCount: 3 })).toEqual({
      cancelled: 3,
      more: true,
    });
    expect(await operator.purge(queue.name)).toEqual({ cancelled: 1, more: false });
    expect(await queue.rows()).toMatchObject([{ id: held, status: 'processing' }]);
    expect((await outcomes(queue)).sort()).toEqual([
      '0 cancelled',
      ...Array(3).fill('1 cancelled'),
      ...Array(3).fill('1 expired'),
    ]);
  });

  test('stats and status call it pending, and processing while its lease holds', async () => {
    const queue = await declareQueue(db);
    const id = await queue.enqueue();
    await queue.claimOne();
    const depth = async () => (await operator.stats(queue.name))[0]?.depth;
    expect(await depth()).toMatchObject({ pending: 0, processing: 1 });
    expect(await statusIn(queue, id)).toBe('processing');
    await abandon(queue);
    expect(await depth()).toMatchObject({ pending: 1, processing: 0 });
    expect(await statusIn(queue, id)).toBe('pending');
    expect((await operator.stats(queue.name))[0]?.oldestPendingSeconds).not.toBeNull();
  });

  test('replay leaves it alone while it is live, and delivers the message anew afterwards', async () => {
    const queue = await declareQueue(db, { maxInFlight: 1 });
    const id = await queue.enqueue();
    await queue.claimOne();
    await abandon(queue);
    expect(await operator.replay(id, queue.name)).toEqual({ queues: [] });
    await operator.cancel(id);
    expect(await operator.replay(id, queue.name)).toEqual({ queues: [queue.name] });
    await db.query('update millrace.in_flight set lease_expires_at = statement_timestamp()');
    const again = await queue.claimOne();
    expect(again).toMatchObject({ id, attempt: 1 });
    expect((await queue.settle(done(again))).settled).toBe(1);
    expect(await statusIn(queue, id)).toBe('done');
  });

  test('its week can be dropped when it was cancelled, and not before', async () => {
    const queue = await declareQueue(db);
    const longAgo = Date.now() - 60 * 86_400_000;
    await db.query(
      `select millrace.make_partition(parent, starts, starts + interval '7 days')
       from (values (date_trunc('week', to_timestamp($1::float8 / 1000), 'UTC'))) as week(starts),
         unnest(array['message', 'attempt', 'done_attempts', 'step', 'event']) as parent`,
      [longAgo],
    );
    const time = longAgo.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`;
    await queue.enqueue({ id });
    await queue.claimOne();
    await abandon(queue);
    const isKept = async () => {
      await db.query('select millrace.drop_expired_weeks()');
      return (await db.query('select from millrace.message where id = $1', [id])).length === 1;
    };
    expect(await isKept()).toBe(true);
    await operator.cancel(id);
    expect(await isKept()).toBe(false);
  });
});

test('a group whose head it was goes on with the next member', async () => {
  const queue = await declareQueue(db);
  const [head, next] = await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g' }]);
  await queue.claimOne();
  const waitsFor = async () => (await operator.blockedGroups(queue.name))[0]?.status;
  expect(await waitsFor()).toBe('processing');
  await queue.expireLeases();
  expect(await waitsFor()).toBe('pending');
  await operator.cancel(head?.id ?? '');
  expect(await queue.rows()).toMatchObject([{ id: next?.id, status: 'pending' }]);
});

test('a purge of a paused queue ends it, too', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  await queue.claimOne();
  await queue.expireLeases();
  await operator.pause(queue.name);
  expect((await queue.claimSuspect()).deliveries).toEqual([]);
  expect(await operator.purge(queue.name)).toEqual({ cancelled: 1, more: false });
});

describe('of a cancel and a claim of the same suspect', () => {
  async function suspect() {
    const queue = await declareQueue(db);
    const id = await queue.enqueue();
    await queue.claimOne();
    await queue.expireLeases();
    const [first, second] = await connections(db, 2);
    if (!first || !second) throw new Error('no connections');
    return { queue, id, first, second };
  }

  test('the claim that came first keeps it', async () => {
    const { queue, id, first, second } = await suspect();
    await first.query('begin');
    const [taken] = (await queue.on(first).claimSuspect()).deliveries;
    expect(await operator.on(second).cancel(id)).toEqual({ cancelled: [] });
    await first.query('commit');
    expect(await operator.cancel(id)).toEqual({ cancelled: [] });
    expect(taken).toMatchObject({ id, attempt: 2 });
    expect(await outcomes(queue)).toEqual(['1 expired']);
  });

  test('the cancel that came first ends it, and nothing is left to claim', async () => {
    const { queue, id, first, second } = await suspect();
    await first.query('begin');
    expect(await operator.on(first).cancel(id)).toEqual({ cancelled: [queue.name] });
    expect((await queue.on(second).claimSuspect()).deliveries).toEqual([]);
    await first.query('commit');
    expect(await outcomes(queue)).toEqual(['1 expired', '1 cancelled']);
  });
});
