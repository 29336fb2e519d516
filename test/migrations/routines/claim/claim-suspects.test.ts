import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  changePolicy,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const leaseExpired = expect.objectContaining({ name: 'LeaseExpired' });

/** A queue whose first deliveries were claimed by a consumer that is gone. */
async function withSuspects(count: number, policy: object = {}, options: object = {}) {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany(Array.from({ length: count }, (_, n) => ({ payload: n, ...options })));
  const { deliveries } = await queue.claim({ count });
  await queue.expireLeases();
  await queue.part();
  return { queue, ids: deliveries.map(({ id }) => id), deliveries };
}

async function surveyOf(queue: SqlQueue) {
  const text = 'select millrace.survey($1) as survey';
  const [row] = await db.query<{ survey: { queues: object[] } }>(text, [[queue.name]]);
  return row?.survey.queues ?? [];
}

test('gives all that may be together, as a further attempt of each under a lease', async () => {
  const { queue, ids } = await withSuspects(3, { leaseSeconds: 70 });
  const { dead, deliveries, token } = await queue.claimSuspects();
  expect(dead).toEqual([]);
  expect(deliveries.map(({ id, attempt, payload }) => [id, attempt, payload])).toEqual(
    ids.map((id, n) => [id, 2, n]),
  );
  for (const row of await queue.rows()) {
    expect(row).toMatchObject({ status: 'processing', attempt: 2, token });
    expect(row.leaseEndsIn).toBeCloseTo(70, -1);
  }
  expect(await queue.claimSuspects()).toMatchObject({ deliveries: [], dead: [] });
});

test('gives the first in claim order when fewer are wanted', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([9, 5, 1, 5].map((priority) => ({ priority, payload: priority })));
  await queue.claim({ count: 4 });
  await queue.expireLeases();
  const { deliveries } = await queue.claimSuspects({ count: 3 });
  expect(deliveries.map(({ payload }) => payload)).toEqual([1, 5, 5]);
});

test('takes no more than about 4 MiB, and at least one', async () => {
  const { queue } = await withSuspects(6);
  await db.query('update millrace.delivery set kib = 1500');
  for (const count of [2, 2, 2])
    expect((await queue.claimSuspects()).deliveries).toHaveLength(count);
  await db.query('update millrace.delivery set kib = 20000');
  await queue.expireLeases();
  expect((await queue.claimSuspects({ alone: true })).deliveries).toHaveLength(1);
});

test('logs the attempt that was lost as expired at the end of its lease', async () => {
  const { queue, ids } = await withSuspects(1);
  await queue.claimSuspects();
  expect(await queue.attempts()).toEqual([{ outcome: 'expired', attempt: 1, error: leaseExpired }]);
  const [times] = await db.query(
    `select finished_at < statement_timestamp() as "isPast", started_at from millrace.attempt_log
     where message_id = $1`,
    [ids[0]],
  );
  expect(times).toEqual({ isPast: true, started_at: null });
});

test('gives what its token holds again, and logs nothing twice', async () => {
  const { queue, ids } = await withSuspects(4);
  const token = randomUUID();
  const first = await queue.claimSuspects({ token, count: 3 });
  const again = await queue.claimSuspects({ token, count: 3, repeated: true });
  expect(again.deliveries).toEqual(first.deliveries);
  expect(await queue.attempts()).toHaveLength(3);
  const rows = (await queue.rows()).map(({ id, attempt }) => [id, attempt]);
  expect(rows).toEqual(ids.map((id, n) => [id, n < 3 ? 2 : 1]));
});

test('gives the first of what its token holds when it is repeated for fewer, and keeps the rest as suspects', async () => {
  const { queue, ids } = await withSuspects(4);
  const token = randomUUID();
  await queue.claimSuspects({ token });
  const idsOf = ({ deliveries }: { deliveries: { id: string }[] }) =>
    deliveries.map(({ id }) => id);
  expect(idsOf(await queue.claimSuspects({ token, count: 1, repeated: true }))).toEqual([ids[0]]);
  expect(idsOf(await queue.claim({ count: 10 }))).toEqual([]);
  expect(idsOf(await queue.claimSuspects())).toEqual(ids.slice(1));
  expect(await queue.attempts()).toHaveLength(4);
});

test('buries those without attempts left at once, and gives others', async () => {
  const { queue, ids } = await withSuspects(200, { maxAttempts: 2 });
  await db.query(
    'update millrace.delivery set attempt = 2, lost_leases = 1 where message_id <> $1',
    [ids[7]],
  );
  const { dead, deliveries } = await queue.claimSuspects({ alone: true });
  expect(dead).toEqual(ids.filter((id) => id !== ids[7]));
  expect(deliveries).toMatchObject([{ id: ids[7], attempt: 2 }]);
  expect((await queue.deadLetters()).map(({ id }) => id).toSorted()).toEqual(dead.toSorted());
  expect(await queue.deadLetters()).toContainEqual({
    id: ids[0],
    attempts: 2,
    error: leaseExpired,
  });
  expect(await queue.attempts(ids[0])).toMatchObject([{ outcome: 'expired', attempt: 2 }]);
});

test('ends a delivery that always outlives its lease as dead after its attempts', async () => {
  const { queue, ids } = await withSuspects(1, { maxAttempts: 3 });
  for (let attempt = 2; attempt <= 3; attempt += 1) {
    expect((await queue.claimSuspect()).deliveries).toMatchObject([{ attempt }]);
    await queue.expireLeases();
  }
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: ids });
  expect(await queue.attempts()).toMatchObject(
    [1, 2, 3].map((attempt) => ({ outcome: 'expired', attempt })),
  );
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: [] });
});

test('gives the heads of groups, and goes on with the groups of those that die', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  const members = ['g', 'g', 'h', 'h', 'h'];
  await queue.enqueueMany(members.map((groupKey) => ({ groupKey, payload: groupKey })));
  const first = await queue.claim({ count: 10 });
  await queue.expireLeases();
  await queue.loseSuspects();
  const { dead } = await queue.claimSuspects();
  expect(dead).toEqual(first.deliveries.map(({ id }) => id));
  const second = await queue.claim({ count: 10 });
  expect(second.deliveries.map(({ payload, attempt }) => [payload, attempt])).toEqual([
    ['g', 1],
    ['h', 1],
  ]);
});

test('never lets an ordinary claim have a suspect', async () => {
  const { queue } = await withSuspects(3);
  const fresh = await queue.enqueue();
  const { deliveries } = await queue.claim({ count: 10 });
  expect(deliveries.map(({ id }) => id)).toEqual([fresh]);
});

test('never gives what is fresh, or under a lease that holds', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([{}, {}]);
  await queue.claimOne();
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: [] });
});

test('gives each suspect to one of several consumers', async () => {
  const { queue, ids } = await withSuspects(40);
  const clients = await connections(db, 8);
  const shares = await Promise.all(
    clients.map(async (client) => {
      const taken: string[] = [];
      for (;;) {
        const { deliveries } = await queue.on(client).claimSuspects({ count: 3 });
        if (deliveries.length === 0) return taken;
        taken.push(...deliveries.map(({ id }) => id));
        await queue.on(client).settle(...deliveries.map((each) => done(each)));
      }
    }),
  );
  expect(shares.flat().sort()).toEqual([...ids].sort());
});

test('passes over what another consumer is claiming at the moment', async () => {
  const { queue, ids } = await withSuspects(5);
  const [first, second] = await connections(db, 2);
  if (!first || !second) throw new Error('no connections');
  await first.query('begin');
  await queue.on(first).claimSuspects({ count: 3 });
  const claiming = queue.on(second).claimSuspects();
  expect(await waitsForLock(db, claiming)).toBe(false);
  await first.query('commit');
  expect((await claiming).deliveries.map(({ id }) => id)).toEqual(ids.slice(3));
});

test.each([
  ['in-flight', { maxInFlight: 7 }, { maxInFlight: 3 }],
  ['rate', { rateStarts: 10, rateSeconds: 3600, rateBurst: 10 }, {}],
])('gives as many as an %s limit leaves', async (_, policy, changes) => {
  const { queue, ids } = await withSuspects(7, policy);
  await changePolicy(db, queue, changes);
  await db.query(
    `update millrace.in_flight set lease_expires_at = statement_timestamp() - interval '1 second'`,
  );
  const { deliveries, limitedMs } = await queue.claimSuspects();
  expect(deliveries.map(({ id }) => id)).toEqual(ids.slice(0, 3));
  expect(limitedMs).toBeGreaterThan(0);
  expect(await queue.claimSuspects()).toMatchObject({
    deliveries: [],
    limitedMs: expect.any(Number),
  });
  const attempts = (await queue.rows()).map(({ attempt }) => attempt);
  expect(attempts).toEqual([2, 2, 2, 1, 1, 1, 1]);
});

test('gives nothing of a paused queue or of one that nobody declared', async () => {
  const { queue } = await withSuspects(1);
  await queue.pause();
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: [] });
  const text = `select dead, (claimed).ids from millrace.claim_suspects('nobody', $1, 1, true)`;
  expect(await db.query(text, [randomUUID()])).toEqual([{ ids: null, dead: [] }]);
});

test('gives the suspect that it took although thousands are under lease before it', async () => {
  const queue = await declareQueue(db);
  for (let n = 0; n < 11; n += 1) {
    await queue.enqueueMany(Array(1_000).fill({}));
    await queue.part();
    await queue.claim({ count: 1_000 });
  }
  const first = await queue.enqueue();
  await queue.enqueue();
  await queue.claim({ count: 2 });
  await db.query(
    `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 second'
     where sequence >= (select d.sequence from millrace.delivery d where d.message_id = $1)`,
    [first],
  );
  expect((await queue.claimSuspect()).deliveries).toMatchObject([{ id: first, attempt: 2 }]);
  expect(await queue.attempts()).toHaveLength(1);
});

test('is announced by the survey as long as there are suspects', async () => {
  const { queue } = await withSuspects(2);
  expect(await surveyOf(queue)).toMatchObject([{ fresh: false, suspects: true }]);
  await queue.enqueue({ priority: 9 });
  expect(await surveyOf(queue)).toMatchObject([{ fresh: true, suspects: true }]);
  const { deliveries } = await queue.claimSuspects();
  expect(await surveyOf(queue)).toMatchObject([{ fresh: true, suspects: false }]);
  await queue.settle(...deliveries.map((each) => end('release', each)));
  expect(await surveyOf(queue)).toMatchObject([{ fresh: true, suspects: true }]);
});
