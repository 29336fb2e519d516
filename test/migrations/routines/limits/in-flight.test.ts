// An in-flight limit: so many deliveries of a queue are processed at once, whoever their consumers are.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  type Claim,
  changePolicy,
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

async function withBacklog(count: number, policy: object = {}): Promise<SqlQueue> {
  const queue = await declareQueue(db, { maxInFlight: 3, retryBaseSeconds: 0, ...policy });
  for (let left = count; left > 0; left -= 1_000)
    await queue.enqueueMany(Array.from({ length: Math.min(left, 1_000) }, () => ({})));
  return queue;
}

const claim = (queue: SqlQueue, count = 10): Promise<Claim> => queue.claim({ count });
const claimed = async (queue: SqlQueue, count = 10) =>
  (await claim(queue, count)).deliveries.length;

/** As many as the limit allows, under lease. */
async function full(policy: object = {}) {
  const queue = await withBacklog(10, policy);
  const { deliveries, token } = await claim(queue);
  return { queue, held: deliveries as [Delivery, Delivery, Delivery], token };
}

describe('a claim', () => {
  test('gives what the limit leaves, and says when it is worth asking again', async () => {
    const queue = await withBacklog(10);
    expect((await claim(queue, 2)).limitedMs).toBe(null);
    const short = await claim(queue);
    expect(short.deliveries).toHaveLength(1);
    expect(short.limitedMs).toBe(1_000);
    expect(await claim(queue)).toMatchObject({ deliveries: [], limitedMs: 1_000 });
  });

  test('waits for one that is under way, and counts what that has taken', async () => {
    const queue = await withBacklog(10);
    const [other, client] = (await connections(db, 2)) as [Client, Client];
    await other.query('begin');
    expect(await claimed(queue.on(other), 2)).toBe(2);
    const claiming = claimed(queue.on(client));
    expect(await waitsForLock(db, claiming)).toBe(true);
    await other.query('commit');
    expect(await claiming).toBe(1);
  });

  test('says nothing of the limit when the queue has no more', async () => {
    const queue = await withBacklog(2);
    const { deliveries, limitedMs } = await claim(queue);
    expect(deliveries).toHaveLength(2);
    expect(limitedMs).toBe(null);
  });

  test('goes on where the one before it was cut short', async () => {
    const queue = await withBacklog(6);
    const first = await claim(queue);
    await queue.settle(...first.deliveries.map((each) => done(each)));
    const second = await queue.claim({ count: 10, cursor: first.cursor });
    expect(second.deliveries).toHaveLength(3);
  });

  test('keeps its place in the order when there is none left', async () => {
    const queue = await withBacklog(6);
    const { cursor } = await claim(queue);
    expect(await queue.claim({ count: 10, cursor })).toMatchObject({ deliveries: [], cursor });
  });

  test('repeated with its token takes no more places', async () => {
    const queue = await withBacklog(10);
    const token = randomUUID();
    const first = await queue.claim({ count: 2, token });
    const again = await queue.claim({ count: 2, token, repeated: true });
    // By then they have waited for longer.
    expect(again.deliveries).toEqual(
      first.deliveries.map((each) => ({ ...each, waitedMs: expect.any(Number) })),
    );
    expect(await claimed(queue)).toBe(1);
  });

  test('that is rolled back takes none', async () => {
    const queue = await withBacklog(10);
    const [client] = await connections(db, 1);
    if (!client) throw new Error('no connection');
    await client.query('begin');
    expect(await claimed(queue.on(client))).toBe(3);
    await client.query('rollback');
    expect(await claimed(queue)).toBe(3);
  });
});

describe('a place', () => {
  test.each(['done', 'retry', 'dead', 'snooze', 'release'])(
    'comes back with %s',
    async (outcome) => {
      const { queue, held } = await full();
      await queue.settle(end(outcome, held[0], { error: {}, delaySeconds: 60 }));
      expect(await claimed(queue)).toBe(1);
      expect(await claimed(queue)).toBe(0);
    },
  );

  test('comes back once, though the settle is repeated', async () => {
    const { queue, held } = await full();
    for (let n = 0; n < 3; n += 1) await queue.settle(end('release', held[0]));
    expect(await claimed(queue)).toBe(1);
    await queue.settle(end('release', held[0]), done(held[0]));
    expect(await claimed(queue)).toBe(0);
  });

  test('is not given back by who has lost it', async () => {
    const { queue, held } = await full();
    await queue.expireLeases();
    await endLeases();
    const suspects = [await queue.claimSuspect(), await queue.claimSuspect()];
    expect(suspects.map(({ deliveries }) => deliveries.length)).toEqual([1, 1]);
    expect((await queue.settle(...held.map((each) => done(each)))).stale).toHaveLength(2);
    // Nobody had claimed the third one since its lease ran out, so its late settle counted.
    expect(await claimed(queue)).toBe(1);
  });

  test('comes back when the lease of a crashed consumer ends', async () => {
    const { queue } = await full();
    await endLeases();
    expect(await claimed(queue)).toBe(3);
  });

  test('is kept by an extension', async () => {
    const { queue, held } = await full();
    await endLeases();
    await queue.extend(...held);
    expect(await claimed(queue)).toBe(0);
  });

  test('is taken by a suspect, too, which waits for one', async () => {
    const { queue, held } = await full();
    await queue.expireLeases();
    await endLeases();
    await queue.extend(held[1], held[2]);
    expect(await claimed(queue)).toBe(1);
    expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], limitedMs: 1_000 });
    await queue.settle(done(held[1]));
    expect((await queue.claimSuspect()).deliveries).toMatchObject([{ id: held[0].id }]);
    expect(await queue.claimSuspect()).toMatchObject({ deliveries: [], limitedMs: null });
  });

  test('is not needed by a suspect that has no attempts left', async () => {
    const { queue, held } = await full({ maxAttempts: 1 });
    await queue.expireLeases();
    await endLeases();
    await queue.loseSuspects();
    expect((await queue.claimSuspect()).dead).toEqual(held.map(({ id }) => id));
    await endLeases();
    expect(await claimed(queue)).toBe(3);
  });

  test('is counted for each queue by itself', async () => {
    const { queue } = await full();
    const other = await declareQueue(db, { maxInFlight: 1, type: queue.type });
    await queue.enqueueMany([{}, {}]);
    expect(await claimed(other)).toBe(1);
  });
});

/** Lets time pass for the places, too. */
const endLeases = () =>
  db.query(
    `update millrace.in_flight set lease_expires_at = statement_timestamp() - interval '1 s'`,
  );

test.each([
  ['raised', { maxInFlight: 5 }, 2, 1_000],
  ['lowered', { maxInFlight: 1 }, 0, 1_000],
  ['lifted', { maxInFlight: undefined }, 7, null],
])('a limit that is %s counts from then on', async (_, policy, count, expectedMs) => {
  const { queue } = await full();
  await changePolicy(db, queue, policy);
  const { deliveries, limitedMs } = await claim(queue);
  expect(deliveries).toHaveLength(count);
  expect(limitedMs).toBe(expectedMs);
});

test('eight consumers reach the limit and never exceed it', async () => {
  const queue = await withBacklog(3_000, { maxInFlight: 7 });
  const clients = await connections(db, 9);
  const seen = { most: 0, looks: 0, done: 0 };
  let busy = 8;
  const consume = async (client: Client) => {
    const connected = queue.on(client);
    for (let deliveries: Delivery[] = []; seen.done < 3_000; ) {
      const { settled, claimed } = await connected.settleAndClaim(
        deliveries.map((each) => done(each)),
        { count: 4 },
      );
      seen.done += settled.settled;
      deliveries = claimed.deliveries;
    }
    busy -= 1;
  };
  const observe = async (client: Client) => {
    while (busy > 0) {
      const { rows } = await client.query<{ held: number }>(
        `select count(*)::int as held
         from millrace.delivery d
         join millrace.queue q on q.id = d.queue_id
         where q.name = $1 and d.lease_expires_at is not null`,
        [queue.name],
      );
      seen.looks += 1;
      seen.most = Math.max(seen.most, rows[0]?.held ?? 0);
    }
  };
  await Promise.all(clients.map((client, n) => (n < 8 ? consume(client) : observe(client))));
  expect(seen.looks).toBeGreaterThan(20);
  expect(seen).toMatchObject({ most: 7, done: 3_000 });
  const left = `select from millrace.in_flight f join millrace.queue q on q.id = f.queue_id where q.name = $1`;
  expect(await db.query(left, [queue.name])).toEqual([]);
});
