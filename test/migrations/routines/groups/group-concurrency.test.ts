// Groups of which several members may be live at once.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const claimable = async (queue: SqlQueue) =>
  (await queue.claim({ count: 100 })).deliveries.map(({ payload }) => payload);

const statuses = async (queue: SqlQueue) => (await queue.rows()).map(({ status }) => status);

async function withGroup(count: number) {
  const queue = await declareQueue(db, { groupConcurrency: 3, maxAttempts: 1 });
  const answers = await queue.enqueueMany(
    Array.from({ length: count }, (_, n) => ({ groupKey: 'g', payload: n + 1 })),
  );
  return { queue, ids: answers.map(({ id }) => id) };
}

test('gives so many of a group, the first ones, and another one for each that ends', async () => {
  const { queue } = await withGroup(6);
  const { deliveries } = await queue.claim({ count: 100 });
  expect(deliveries.map(({ payload }) => payload)).toEqual([1, 2, 3]);
  const [first, second, third] = deliveries;
  if (!first || !second || !third) throw new Error('three were to be claimed');
  await queue.settle(done(second));
  expect(await claimable(queue)).toEqual([4]);
  await queue.settle(end('dead', third, { error: {} }), done(first));
  expect(await claimable(queue)).toEqual([5, 6]);
});

test('counts members that wait, and those that came one by one', async () => {
  const { queue } = await withGroup(2);
  await queue.enqueue({ groupKey: 'g', delaySeconds: 60 });
  await queue.enqueue({ groupKey: 'g' });
  expect(await statuses(queue)).toEqual(['pending', 'pending', 'scheduled', 'blocked']);
});

test('a cancelled member makes room, a blocked one does not', async () => {
  const { queue, ids } = await withGroup(6);
  await operator.cancel(ids[4] ?? '');
  expect(await claimable(queue)).toEqual([1, 2, 3]);
  expect(await claimable(queue)).toEqual([]);
  const second = await withGroup(6);
  await operator.cancel(second.ids[1] ?? '');
  expect(await claimable(second.queue)).toEqual([1, 3, 4]);
});

test('is reached and never exceeded while producers, consumers and operators are at work', async () => {
  const queue = await declareQueue(db, {
    groupConcurrency: 3,
    maxAttempts: 2,
    retryBaseSeconds: 0,
  });
  const clients = await connections(db, 11);
  const ids: string[] = [];
  const seen = { most: 0, looks: 0 };
  let busy = 10;
  const outcomes = ['done', 'done', 'retry', 'snooze', 'release', 'dead'];
  const work = async (client: Client, seat: number) => {
    const connected = queue.on(client);
    for (let round = 0; round < 40; round += 1) {
      if (seat < 3) {
        const batch = Array.from({ length: 4 }, (_, n) => ({ groupKey: `g${(n + round) % 3}` }));
        ids.push(...(await connected.enqueueMany(batch)).map(({ id }) => id));
      } else if (seat < 8) {
        const { deliveries } = await connected.claim({ count: 4 });
        const ends = deliveries.map((each, n) =>
          end(outcomes[(round + n) % 6] ?? 'done', each, { error: {}, delaySeconds: 0 }),
        );
        await connected.settle(...ends);
      } else if (seat === 8)
        await operator.on(client).redrive({ queue: queue.name }, { maxCount: 3 });
      else for (const id of ids.slice(-1)) await operator.on(client).cancel(id);
    }
    busy -= 1;
  };
  const observe = async (client: Client) => {
    while (busy > 0) {
      const { rows } = await client.query<{ live: number }>(
        `select count(*)::int as live
         from millrace.delivery d
         join millrace.queue q on q.id = d.queue_id
         where q.name = $1 and d.available_at < 'infinity'
         group by d.group_key`,
        [queue.name],
      );
      seen.looks += 1;
      seen.most = Math.max(seen.most, ...rows.map(({ live }) => live));
    }
  };
  await Promise.all(
    clients.map((client, seat) => (seat < 10 ? work(client, seat) : observe(client))),
  );
  expect(seen.looks).toBeGreaterThan(10);
  expect(seen.most).toBe(3);
  await operator.redrive({ queue: queue.name });
  for (;;) {
    const { deliveries } = await queue.claim({ count: 100 });
    if (deliveries.length === 0) break;
    await queue.settle(...deliveries.map((each) => done(each)));
  }
  expect(await queue.rows()).toEqual([]);
});
