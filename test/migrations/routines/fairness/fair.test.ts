import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import {
  type Claim,
  changePolicy,
  declareQueue,
  done,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** So many messages for one, whose payloads say for whom they are. */
const send = (queue: SqlQueue, key: string, count: number, options: object = {}) =>
  queue.enqueueMany(
    Array.from({ length: count }, () => ({ fairnessKey: key, payload: { key }, ...options })),
  );

const keysOf = ({ deliveries }: Claim) =>
  deliveries.map(({ payload }) => (payload as { key: string }).key);

/** Lets time pass for what claims have written down of their way. */
const passTime = (interval: string) =>
  db.query('update millrace.turn_reached set reached_at = reached_at - $1::interval', [interval]);

test('who comes beside a long line is handled in the next turn, by a drain that is in the midst of it', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 500);
  const first = await queue.claim({ count: 200 });
  await send(queue, 'quiet', 2);
  const second = await queue.claim({ count: 200, cursor: first.cursor });
  expect(keysOf(second).slice(0, 4).toSorted()).toEqual(['noisy', 'noisy', 'quiet', 'quiet']);
});

test('what a key sends goes behind all that it has waiting', async () => {
  const queue = await declareQueue(db, { fair: true });
  for (let call = 0; call < 3; call += 1) await send(queue, 'noisy', 2);
  await send(queue, 'quiet', 1);
  expect(keysOf(await queue.claim({ count: 3 }))).toEqual(['noisy', 'quiet', 'noisy']);
});

test('who comes anew goes behind the turn that was reached, and not before all who wait', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 10);
  await queue.claim({ count: 5 });
  await send(queue, 'new', 2);
  expect(keysOf(await queue.claim({ count: 3 }))).toEqual(['noisy', 'new', 'noisy']);
});

test('who commits after claims have gone on is found by the same drain', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 300);
  const first = await queue.claim({ count: 50 });
  await passTime('1 minute');
  const producer = await connect(db);
  await producer.query('begin');
  await send(queue.on(producer), 'quiet', 1);
  const second = await queue.claim({ count: 200, cursor: first.cursor });
  await producer.query('commit');
  // However long this test takes: the claim was a moment ago.
  await db.query(
    `update millrace.turn_reached set reached_at = reached_at + interval '1 hour'
     where reached_at > clock_timestamp() - interval '30 seconds'`,
  );
  const third = await queue.claim({ count: 1, cursor: second.cursor });
  expect(keysOf(third)).toEqual(['quiet']);
});

test('who takes longer to commit is found from the next survey on', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 300);
  const producer = await connect(db);
  await producer.query('begin');
  await send(queue.on(producer), 'quiet', 1);
  const first = await queue.claim({ count: 200 });
  await passTime('1 minute');
  await producer.query('commit');
  expect(keysOf(await queue.claim({ count: 1, cursor: first.cursor }))).toEqual(['noisy']);
  const [surveyed] = await db.query<{ cursor: object }>(
    `select millrace.survey(array[$1]) -> 'queues' -> 0 -> 'cursor' as cursor`,
    [queue.name],
  );
  expect(keysOf(await queue.claim({ count: 1, cursor: surveyed?.cursor ?? null }))).toEqual([
    'quiet',
  ]);
});

test('enqueues at the same moment give a key no more than its turns', async () => {
  const queue = await declareQueue(db, { fair: true });
  const producers = await Promise.all([connect(db), connect(db), connect(db)]);
  for (const producer of producers) {
    await producer.query('begin');
    await send(queue.on(producer), 'noisy', 5);
  }
  for (const producer of producers) await producer.query('commit');
  await send(queue, 'other', 15);
  const keys: string[] = [];
  for (let claim = await queue.claim({ count: 6 }); claim.deliveries.length > 0; ) {
    keys.push(...keysOf(claim));
    claim = await queue.claim({ count: 6 });
  }
  expect(keys).toHaveLength(30);
  for (let turns = 2; turns <= 30; turns += 2) {
    const noisy = keys.slice(0, turns).filter((key) => key === 'noisy').length;
    expect(Math.abs(noisy - turns / 2)).toBeLessThanOrEqual(1);
  }
});

test('a claim that is repeated gives the same again, however far others have come', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 100);
  const producer = await connect(db);
  await producer.query('begin');
  const [late] = await send(queue.on(producer), 'quiet', 1);
  const before = await queue.claim({ count: 10 });
  await producer.query('commit');
  const token = randomUUID();
  // It also takes what stands in front of its cursor.
  const lost = await queue.claim({ count: 10, cursor: before.cursor, token });
  expect(lost.deliveries[0]?.id).toBe(late?.id);
  await queue.claim({ count: 20, cursor: lost.cursor });
  await passTime('10 seconds');
  await queue.claim({ count: 20 });
  const again = await queue.claim({ count: 10, cursor: before.cursor, token, repeated: true });
  expect(again.deliveries.map(({ id }) => id)).toEqual(lost.deliveries.map(({ id }) => id));
});

test('order within a group is kept, and its members stand in the line of their key', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [head, next] = await send(queue, 'noisy', 2, { groupKey: 'g' });
  await send(queue, 'noisy', 3);
  await send(queue, 'quiet', 1);
  const first = await queue.claim({ count: 1 });
  expect(first.deliveries.map(({ id }) => id)).toEqual([head?.id]);
  await queue.settle(...first.deliveries.map((each) => done(each)));
  const rest = await queue.claim({ count: 10 });
  expect(keysOf(rest)[0]).toBe('quiet');
  expect(rest.deliveries.at(-1)?.id).toBe(next?.id);
});

test('what is tried again takes its turn anew, behind others of its key', async () => {
  const queue = await declareQueue(db, { fair: true });
  const sent = await send(queue, 'noisy', 20);
  const failed = await queue.claim({ count: 10 });
  await queue.settle(
    ...failed.deliveries.map(({ id, token }) => ({
      id,
      token,
      outcome: 'retry',
      delaySeconds: 0,
      error: {},
    })),
  );
  await send(queue, 'quiet', 1);
  const { deliveries } = await queue.claim({ count: 21 });
  expect(deliveries).toHaveLength(21);
  expect(deliveries.slice(0, 2).map(({ attempt }) => attempt)).toEqual([1, 1]);
  const again = deliveries.filter(({ attempt }) => attempt === 2).map(({ id }) => id);
  expect(again).toEqual(sent.slice(0, 10).map(({ id }) => id));
});

test('a suspect is found, however long the lines of others are', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 400);
  await queue.claim({ count: 1 });
  await send(queue, 'quiet', 1);
  const lost = await queue.claim({ count: 2 });
  await queue.expireLeases();
  const { deliveries } = await queue.claimSuspects();
  const ids = deliveries.map(({ id }) => id);
  expect(lost.deliveries.map(({ id }) => id).every((id) => ids.includes(id))).toBe(true);
});

test('a dead letter comes back for the key that it had', async () => {
  const queue = await declareQueue(db, { fair: true, maxAttempts: 1 });
  const [message] = await send(queue, 'quiet', 1);
  const { deliveries } = await queue.claim();
  await queue.settle(
    ...deliveries.map(({ id, token }) => ({ id, token, outcome: 'dead', error: {} })),
  );
  await send(queue, 'noisy', 10);
  await new Operator(db.query).redrive({ ids: [message?.id ?? ''] });
  expect(keysOf(await queue.claim({ count: 2 })).toSorted()).toEqual(['noisy', 'quiet']);
});

test('shows since when a delivery is due, and not its turn', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [message] = await send(queue, 'quiet', 1);
  const shown = await db.query<{ age: number }>(
    `select extract(epoch from statement_timestamp() - s.available_at)::float8 as age
     from (select available_at from millrace.delivery_status where message_id = $1
           union all select available_at from millrace.deliveries_of($1)) as s`,
    [message?.id],
  );
  expect(shown.map(({ age }) => Math.floor(age / 60))).toEqual([0, 0]);
  const [stats] = await db.query<{ oldest: number }>(
    `select (millrace.queue_detail($1) ->> 'oldestPendingSeconds')::float8 as oldest`,
    [queue.name],
  );
  expect(stats?.oldest).toBeLessThan(60);
  const { deliveries } = await queue.claim();
  expect(deliveries[0]?.waitedMs).toBeLessThan(60_000);
});

test('a queue that becomes fair parts its parcels, and one that is fair no more goes on', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array.from({ length: 30 }, () => ({ payload: { key: 'before' } })));
  await changePolicy(db, queue, { fair: true });
  await send(queue, 'quiet', 1);
  expect(keysOf(await queue.claim({ count: 2 })).toSorted()).toEqual(['before', 'quiet']);
  await changePolicy(db, queue, { fair: false });
  await send(queue, 'quiet', 1);
  expect((await queue.claim({ count: 100 })).deliveries).toHaveLength(30);
});

test('a queue that is not fair keeps no key and writes nothing of turns', async () => {
  const queue = await declareQueue(db);
  await send(queue, 'a', 3);
  await queue.claim({ count: 1 });
  const rows = await db.query(
    `select d.fairness_key from millrace.delivery d join millrace.queue q on q.id = d.queue_id
     where q.name = $1 and (d.fairness_key is not null or d.due_at is not null)
     union all
     select r.turn::text from millrace.turn_reached r join millrace.queue q on q.id = r.queue_id where q.name = $1`,
    [queue.name],
  );
  expect(rows).toEqual([]);
});

test('forgets where claims were long ago, but not where they are', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 3);
  for (let turn = 0; turn < 3; turn += 1) {
    await queue.claim({ count: 1 });
    await passTime('1 hour');
  }
  await db.query('select millrace.maintain()');
  const [kept] = await db.query<{ rows: number; turn: number }>(
    `select count(*)::int as rows, extract(microseconds from max(r.turn))::int as turn
     from millrace.turn_reached r join millrace.queue q on q.id = r.queue_id where q.name = $1`,
    [queue.name],
  );
  expect(kept).toEqual({ rows: 1, turn: 3 });
});

test.each([[''], ['x'.repeat(201)], [7], [{}]])('takes no fairness key %j', async (fairnessKey) => {
  const queue = await declareQueue(db, { fair: true });
  await expect(queue.enqueue({ fairnessKey })).rejects.toMatchObject({
    code: 'MR002',
    message: 'fairnessKey must be a string of 1 to 200 characters',
  });
});
