import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
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
const operator = new Operator(db.query);

const send = (queue: SqlQueue, key: string, count: number, options: object = {}) =>
  queue.enqueueMany(
    Array.from({ length: count }, () => ({ fairnessKey: key, payload: { key }, ...options })),
  );

const keysOf = ({ deliveries }: Claim) =>
  deliveries.map(({ payload }) => (payload as { key: string }).key);

const pause = ({ name }: SqlQueue, key: string) =>
  db.query('select millrace.pause_key($1, $2)', [name, key]);
const resume = ({ name }: SqlQueue, key: string) =>
  db.query('select millrace.resume_key($1, $2)', [name, key]);
const retry = ({ id, token }: { id: string; token: string }) => ({
  ...{ id, token, outcome: 'retry', delaySeconds: 0, error: {} },
});

/** What claims give until they say that there is nothing more, in their order. */
async function rest(queue: SqlQueue, count = 100): Promise<Claim['deliveries'][number][]> {
  const all: Claim['deliveries'][number][] = [];
  let cursor: object | null = null;
  for (;;) {
    const claim: Claim = await queue.claim({ count, cursor });
    all.push(...claim.deliveries);
    if (claim.deliveries.length === 0 && !claim.hasMore) return all;
    cursor = claim.cursor;
  }
}

const surveyed = async ({ name }: SqlQueue) => {
  const [row] = await db.query<{ queues: { fresh: boolean; suspects: boolean }[] }>(
    `select millrace.survey(array[$1]) -> 'queues' as queues`,
    [name],
  );
  return row?.queues;
};

const nextDue = async ({ name }: SqlQueue) => {
  const [row] = await db.query<{ due: string | null }>(
    `select millrace.next_due(array[$1]) ->> 'dueAt' as due`,
    [name],
  );
  return row?.due;
};

const depth = async ({ name }: SqlQueue) => {
  const [row] = await db.query<{ depth: object }>(
    `select millrace.queue_detail($1) -> 'depth' as depth`,
    [name],
  );
  return row?.depth;
};

test('a paused key is not claimed while others are, and goes on in its order when it is resumed', async () => {
  const queue = await declareQueue(db, { fair: true });
  const sent = await send(queue, 'noisy', 3000);
  await send(queue, 'quiet', 3);
  await pause(queue, 'noisy');
  const quiet = await rest(queue);
  expect(quiet.map(({ payload }) => payload)).toEqual(
    Array.from({ length: 3 }, () => ({ key: 'quiet' })),
  );
  await queue.settle(...quiet.map((each) => done(each)));
  await send(queue, 'noisy', 1, { priority: 1 });
  expect(await rest(queue)).toEqual([]);
  expect(await surveyed(queue)).toEqual([]);
  expect(await nextDue(queue)).toBeNull();
  expect(await depth(queue)).toMatchObject({ pending: 0, scheduled: 0, blocked: 3001 });
  await resume(queue, 'noisy');
  expect(await surveyed(queue)).toMatchObject([{ fresh: true }]);
  const claimed = (await rest(queue, 1000)).map(({ id }) => id);
  expect(claimed.slice(1)).toEqual(sent.map(({ id }) => id));
  const rows = await db.query('select from millrace.paused_key');
  expect(rows).toEqual([]);
}, 20_000);

test('what is delayed or tried again waits with its key, and what is being processed is settled', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 2);
  const [finished, failed] = (await queue.claim({ count: 2 })).deliveries;
  await pause(queue, 'noisy');
  if (!finished || !failed) throw new Error('nothing was claimed');
  await queue.settle(done(finished), retry(failed));
  expect(await rest(queue)).toEqual([]);
  await resume(queue, 'noisy');
  expect((await rest(queue)).map(({ id, attempt }) => ({ id, attempt }))).toEqual([
    { id: failed.id, attempt: 2 },
  ]);
});

test('a suspect waits with its key, and is one afterwards', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 1);
  await send(queue, 'quiet', 1);
  await queue.claim({ count: 2 });
  await queue.expireLeases();
  await pause(queue, 'noisy');
  expect(keysOf(await queue.claimSuspects())).toEqual(['quiet']);
  expect(await surveyed(queue)).toEqual([]);
  await resume(queue, 'noisy');
  expect(await surveyed(queue)).toMatchObject([{ suspects: true }]);
  expect(keysOf(await queue.claimSuspects())).toEqual(['noisy']);
});

test('a group waits for its head while the key of that is paused', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [head] = await send(queue, 'noisy', 1, { groupKey: 'g' });
  const [next] = await send(queue, 'quiet', 1, { groupKey: 'g' });
  await pause(queue, 'noisy');
  expect(await rest(queue)).toEqual([]);
  await send(queue, 'quiet', 1, { groupKey: 'g' });
  expect(await rest(queue)).toEqual([]);
  await resume(queue, 'noisy');
  const first = await rest(queue);
  expect(first.map(({ id }) => id)).toEqual([head?.id]);
  await queue.settle(...first.map((each) => done(each)));
  expect((await rest(queue)).map(({ id }) => id)).toEqual([next?.id]);
});

test('what is held back may be cancelled and purged, and a group goes on behind it', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [head] = await send(queue, 'noisy', 1, { groupKey: 'g' });
  const [next] = await send(queue, 'quiet', 1, { groupKey: 'g' });
  await send(queue, 'noisy', 5);
  await pause(queue, 'noisy');
  await rest(queue);
  await operator.cancel(head?.id ?? '');
  expect((await rest(queue)).map(({ id }) => id)).toEqual([next?.id]);
  expect(await operator.purge(queue.name)).toMatchObject({ cancelled: 5 });
  expect(await depth(queue)).toMatchObject({ pending: 0, scheduled: 0, blocked: 0 });
});

test('a key that is paused again before all of it has gone on is held back again', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 2500);
  await pause(queue, 'noisy');
  await rest(queue);
  await resume(queue, 'noisy');
  await queue.claim({ count: 1 });
  await pause(queue, 'noisy');
  expect(await rest(queue)).toEqual([]);
  await resume(queue, 'noisy');
  expect(await rest(queue, 1000)).toHaveLength(2499);
}, 20_000);

test('a claim that is under way while its key is resumed leaves nothing behind', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 10);
  await pause(queue, 'noisy');
  const [claimer, other] = await Promise.all([connect(db), connect(db)]);
  await claimer.query('begin');
  await queue.on(claimer).claim({ count: 10 });
  const resumed = other.query('select millrace.resume_key($1, $2)', [queue.name, 'noisy']);
  expect(await waitsForLock(db, resumed)).toBe(true);
  await claimer.query('commit');
  await resumed;
  expect(await rest(queue)).toHaveLength(10);
});

test('somebody who has hold of what is held back keeps only that from going on', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [held] = await send(queue, 'noisy', 3);
  await pause(queue, 'noisy');
  await rest(queue);
  const canceller = await connect(db);
  await canceller.query('begin');
  await canceller.query('select millrace.cancel($1)', [held?.id]);
  await resume(queue, 'noisy');
  expect(await rest(queue)).toHaveLength(2);
  await canceller.query('rollback');
  expect((await rest(queue)).map(({ id }) => id)).toEqual([held?.id]);
});

test('shows what is held back as blocked, since when it is due, and not its place', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [message] = await send(queue, 'noisy', 1);
  await pause(queue, 'noisy');
  await rest(queue);
  const shown = await db.query<{ status: string; age: number }>(
    `select s.status, extract(epoch from statement_timestamp() - s.available_at)::float8 as age
     from (select status, available_at from millrace.delivery_status where message_id = $1
           union all select status, available_at from millrace.deliveries_of($1)) as s`,
    [message?.id],
  );
  expect(shown.map(({ status, age }) => [status, Math.floor(age / 60)])).toEqual([
    ['blocked', 0],
    ['blocked', 0],
  ]);
});

test('a queue that is fair no more lets all go on, and forgets the keys', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, 'noisy', 5);
  await pause(queue, 'noisy');
  await rest(queue);
  await changePolicy(db, queue, { fair: false });
  expect(await rest(queue)).toHaveLength(5);
  await changePolicy(db, queue, { fair: true });
  expect(await db.query('select from millrace.paused_keys($1)', [queue.name])).toEqual([]);
});

test('lists the keys that are paused, and writes down who paused them', async () => {
  const queue = await declareQueue(db, { fair: true });
  for (const key of ['b', 'a', 'c', 'a']) await pause(queue, key);
  await resume(queue, 'c');
  await resume(queue, 'never paused');
  const listed = await db.query('select fairness_key from millrace.paused_keys($1)', [queue.name]);
  expect(listed.map(({ fairness_key }) => fairness_key)).toEqual(['a', 'b']);
  const lines = await db.query(
    `select action, target ->> 'fairnessKey' as key from millrace.audit
     where target ->> 'queue' = $1 order by id limit 1`,
    [queue.name],
  );
  expect(lines).toEqual([{ action: 'pause_key', key: 'b' }]);
});

test.each(['pause_key', 'resume_key'])(
  '%s takes keys of fair queues that exist, and nothing else',
  async (routine) => {
    const fair = await declareQueue(db, { fair: true });
    const other = await declareQueue(db);
    const call = (queue: string, key: string) =>
      db.query(`select millrace.${routine}($1, $2)`, [queue, key]);
    await expect(call('nowhere', 'a')).rejects.toMatchObject({ code: 'MR006' });
    await expect(call(other.name, 'a')).rejects.toMatchObject({ code: 'MR002' });
    await expect(call(fair.name, '')).rejects.toMatchObject({ code: 'MR002' });
    await expect(call(fair.name, 'x'.repeat(201))).rejects.toMatchObject({ code: 'MR002' });
  },
);

test('what somebody has hold of while its key is resumed goes on when he has let go of it', async () => {
  const queue = await declareQueue(db, { fair: true });
  const [sent] = await send(queue, 'noisy', 1);
  await pause(queue, 'noisy');
  expect(await rest(queue)).toEqual([]);
  const other = await connect(db);
  await other.query('begin');
  await other.query('select from millrace.delivery where message_id = $1 for update', [sent?.id]);
  await resume(queue, 'noisy');
  await other.query('rollback');

  // Nothing else is in the line for which a claim would come.
  expect(await nextDue(queue)).not.toBeNull();
  expect(await surveyed(queue)).toMatchObject([{ fresh: true }]);
  expect(await rest(queue)).toMatchObject([{ id: sent?.id }]);
});

test('keys are listed in the order of their bytes, however a database orders texts', async () => {
  const queue = await declareQueue(db, { fair: true });
  for (const key of ['a', 'B', 'c']) await pause(queue, key);
  await db.query(
    'alter table millrace.paused_key alter column fairness_key type text collate "en-x-icu"',
  );
  const listed = (after: string) =>
    db.query('select fairness_key as key from millrace.paused_keys($1, 1, $2)', [
      queue.name,
      after,
    ]);
  expect([await listed(''), await listed('B'), await listed('a')].flat()).toEqual([
    { key: 'B' },
    { key: 'a' },
    { key: 'c' },
  ]);
});
