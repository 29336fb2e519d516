// Whoever waits for a lock holds none that comes later in the order of docs/architecture.md, and all that come earlier
// and that it needs: so no two calls wait for each other in a circle.
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked, waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** Whether nobody holds the group's row, nor has removed it in a transaction that is still open. */
async function isGroupFree({ name }: SqlQueue, groupKey: string): Promise<boolean> {
  const rows = await db.query(
    `select from millrace.message_group g
     where g.queue_id = (select q.id from millrace.queue q where q.name = $1) and g.group_key = $2
     for update skip locked`,
    [name, groupKey],
  );
  return rows.length > 0;
}

/** Two connections and a queue, of which the first members of two groups are claimed. */
async function setup(policy: object = {}) {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'h' }]);
  const { deliveries } = await queue.claim({ count: 2 });
  const [other, client] = (await connections(db, 2)) as [Client, Client];
  await other.query('begin');
  return { queue, other, client, deliveries: deliveries as [Delivery, Delivery] };
}

/** The call's answer is asked for later, when it may have failed. */
async function untilWaiting(call: Promise<unknown>): Promise<void> {
  call.catch(() => {});
  await untilBlocked(db);
}

const holdQueue = (client: Client, { name }: SqlQueue) =>
  client.query('select from millrace.queue q where q.name = $1 for no key update', [name]);

describe('a settle', () => {
  test('that waits for a key holds no group yet', async () => {
    const { queue, other, client, deliveries } = await setup();
    const enqueue = [{ type: queue.type, idempotencyKey: 'k', payload: {} }];
    await queue.on(other).settle(done(deliveries[1], { enqueue }));
    const settling = queue.on(client).settle(done(deliveries[0], { enqueue }));
    await untilWaiting(settling);
    expect(await isGroupFree(queue, 'g')).toBe(true);
    await other.query('rollback');
    expect(await settling).toMatchObject({ settled: 1 });
  });

  test('that waits for its queue has its groups already', async () => {
    const policy = { rateStarts: 10, rateSeconds: 3_600, rateBurst: 10 };
    const { queue, other, client, deliveries } = await setup(policy);
    await holdQueue(other, queue);
    const settling = queue.on(client).settle(done(deliveries[0]), end('release', deliveries[1]));
    await untilWaiting(settling);
    expect(await isGroupFree(queue, 'g')).toBe(false);
    await other.query('rollback');
    expect(await settling).toMatchObject({ settled: 2 });
  });
});

test('an extend waits for nobody, and answers what is being settled as held', async () => {
  const { queue, other, client, deliveries } = await setup();
  await queue.on(other).settle(done(deliveries[1]));
  const extending = queue.on(client).extend(...deliveries);
  expect(await waitsForLock(db, extending)).toBe(false);
  expect(await extending).toHaveLength(2);
  await other.query('rollback');
  await extending;
});

test('a claim of a fair queue waits for nobody who claims, gives turns or enqueues there', async () => {
  const { queue, other, client } = await setup({ fair: true });
  await queue.enqueueMany(Array(20).fill({ fairnessKey: 'key' }));
  // What has no key gets its turn by a claim.
  await queue.enqueueMany(Array(5).fill({}));
  await queue.on(other).enqueue({ fairnessKey: 'key' });
  const first = await queue.on(other).claim({ count: 8 });
  const claiming = queue.on(client).claim({ count: 30 });
  expect(await waitsForLock(db, claiming)).toBe(false);
  const second = await claiming;
  await other.query('commit');
  const rest = await queue.claim({ count: 30 });
  const taken = [first, second, rest].map(({ deliveries }) => deliveries.length);
  expect(taken.reduce((sum, count) => sum + count)).toBe(26);
});

test('a resume of a key that waits for a claim holds nothing of what was held back yet', async () => {
  const { queue, other, client } = await setup({ fair: true });
  const [held] = await queue.enqueueMany([{ fairnessKey: 'key' }]);
  await db.query('select millrace.pause_key($1, $2)', [queue.name, 'key']);
  await queue.claim({ count: 10 });
  await queue.enqueue({ fairnessKey: 'key' });
  await queue.on(other).claim({ count: 10 });
  const resuming = client.query('select millrace.resume_key($1, $2)', [queue.name, 'key']);
  await untilWaiting(resuming);
  const free = await db.query(
    'select from millrace.delivery d where d.message_id = $1 for update skip locked',
    [held?.id],
  );
  expect(free).toHaveLength(1);
  await other.query('commit');
  await resuming;
  expect((await queue.claim({ count: 10 })).deliveries).toHaveLength(2);
});

test('a claim of suspects that waits for its queue has the groups of those that have died', async () => {
  const { queue, other, client } = await setup({ maxAttempts: 1, maxInFlight: 10 });
  await queue.expireLeases();
  // Of two suspects that are each to be alone, the first one loses its lease again.
  expect((await queue.claimSuspects({ alone: true })).deliveries).toMatchObject([
    { groupKey: 'g' },
  ]);
  await queue.expireLeases();
  await holdQueue(other, queue);
  const claiming = queue.on(client).claimSuspects({ alone: true });
  await untilWaiting(claiming);
  expect(await isGroupFree(queue, 'g')).toBe(false);
  await other.query('rollback');
  const { dead, deliveries } = await claiming;
  expect(dead).toHaveLength(1);
  expect(deliveries).toMatchObject([{ groupKey: 'h' }]);
});
