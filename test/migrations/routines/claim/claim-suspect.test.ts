import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const leaseExpired = expect.objectContaining({ name: 'LeaseExpired' });

/** A queue whose first deliveries were claimed by a consumer that is gone. */
async function withSuspects(count: number, policy: object = {}, options: object = {}) {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany(Array.from({ length: count }, (_, n) => ({ payload: n, ...options })));
  const { deliveries } = await queue.claim({ count });
  await queue.expireLeases();
  return { queue, ids: deliveries.map(({ id }) => id), deliveries };
}

async function surveyOf(queue: SqlQueue) {
  const text = 'select millrace.survey($1) as survey';
  const [row] = await db.query<{ survey: { queues: object[] } }>(text, [[queue.name]]);
  return row?.survey.queues ?? [];
}

test('gives one at a time, as a further attempt under a lease', async () => {
  const { queue, ids } = await withSuspects(3, { leaseSeconds: 70 });
  const first = await queue.claimSuspect();
  expect(first.dead).toEqual([]);
  expect(first.deliveries).toMatchObject([{ id: ids[0], attempt: 2, payload: 0 }]);
  const [row] = await queue.rows();
  expect(row).toMatchObject({ status: 'processing', attempt: 2, token: first.token });
  expect(row?.leaseEndsIn).toBeCloseTo(70, -1);
  expect((await queue.claimSuspect()).deliveries).toMatchObject([{ id: ids[1] }]);
  expect((await queue.claimSuspect()).deliveries).toMatchObject([{ id: ids[2] }]);
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: [] });
});

test('logs the attempt that was lost as expired at the end of its lease', async () => {
  const { queue, ids } = await withSuspects(1);
  await queue.claimSuspect();
  expect(await queue.attempts()).toEqual([{ outcome: 'expired', attempt: 1, error: leaseExpired }]);
  const [times] = await db.query(
    `select finished_at < statement_timestamp() as "isPast", started_at from millrace.attempt
     where message_id = $1`,
    [ids[0]],
  );
  expect(times).toEqual({ isPast: true, started_at: null });
});

test('gives what its token holds again, and logs nothing twice', async () => {
  const { queue, ids } = await withSuspects(2);
  const token = randomUUID();
  const first = await queue.claimSuspect(token);
  const again = await queue.claimSuspect(token, true);
  expect(again.deliveries).toEqual(first.deliveries);
  expect(await queue.attempts()).toHaveLength(1);
  expect(await queue.rows()).toMatchObject([
    { id: ids[0], attempt: 2 },
    { id: ids[1], attempt: 1 },
  ]);
});

test('buries a suspect without attempts left and looks at the next one', async () => {
  const { queue, ids } = await withSuspects(3, { maxAttempts: 2 });
  await db.query('update millrace.delivery set attempt = 2 where message_id = any ($1)', [
    ids.slice(0, 2),
  ]);
  const { dead, deliveries } = await queue.claimSuspect();
  expect(dead).toEqual(ids.slice(0, 2));
  expect(deliveries).toMatchObject([{ id: ids[2], attempt: 2 }]);
  expect((await queue.deadLetters()).map(({ id }) => id).sort()).toEqual(ids.slice(0, 2).sort());
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

test('goes on with the group of a suspect that died', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  const ids = await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g' }]);
  await queue.claimOne();
  await queue.expireLeases();
  expect((await queue.claimSuspect()).dead).toEqual([ids[0]?.id]);
  expect(await queue.claimOne()).toMatchObject({ id: ids[1]?.id, attempt: 1 });
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
        const [delivery] = (await queue.on(client).claimSuspect()).deliveries;
        if (!delivery) return taken;
        taken.push(delivery.id);
        await queue.on(client).settle(done(delivery));
      }
    }),
  );
  expect(shares.flat().sort()).toEqual([...ids].sort());
});

test('gives nothing of a paused queue or of one that nobody declared', async () => {
  const { queue } = await withSuspects(1);
  await queue.pause();
  expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], dead: [] });
  const text = `select dead, (claimed).ids from millrace.claim_suspect('nobody', $1)`;
  expect(await db.query(text, [randomUUID()])).toEqual([{ ids: null, dead: [] }]);
});

test('gives the suspect that it took although thousands are under lease before it', async () => {
  const queue = await declareQueue(db);
  for (let n = 0; n < 11; n += 1) {
    await queue.enqueueMany(Array(1_000).fill({}));
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
  for (let n = 0; n < 2; n += 1) {
    const [delivery] = (await queue.claimSuspect()).deliveries;
    if (delivery) await queue.settle(end('release', delivery));
  }
  expect(await surveyOf(queue)).toMatchObject([{ fresh: true, suspects: false }]);
});
