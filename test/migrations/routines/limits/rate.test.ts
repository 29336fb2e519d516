// A rate limit: so many deliveries of a queue start in each interval, whoever their consumers are.
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import {
  type Claim,
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** A start every 1,000 seconds, of which four may be saved up: time stands still as far as a test can tell. */
async function withBacklog(count: number, policy: object = {}): Promise<SqlQueue> {
  const rate = { rateStarts: 10, rateSeconds: 10_000, rateBurst: 4 };
  const queue = await declareQueue(db, { ...rate, retryBaseSeconds: 0, ...policy });
  await queue.enqueueMany(Array.from({ length: count }, () => ({})));
  return queue;
}

const claim = (queue: SqlQueue, count = 20): Promise<Claim> => queue.claim({ count });
const claimed = async (queue: SqlQueue, count = 20) =>
  (await claim(queue, count)).deliveries.length;

/** Time goes by for the bucket. */
const passSeconds = (queue: SqlQueue, seconds: number) =>
  db.query(
    `update millrace.rate r set saved_at = saved_at - make_interval(secs => $2)
     where r.queue_id = (select q.id from millrace.queue q where q.name = $1)`,
    [queue.name, seconds],
  );

describe('a claim', () => {
  test('gives the burst at first, and says when the next start is saved up', async () => {
    const queue = await withBacklog(20);
    const first = await claim(queue);
    expect(first.deliveries).toHaveLength(4);
    expect(first.limitedMs).toBeGreaterThan(900_000);
    expect(first.limitedMs).toBeLessThanOrEqual(1_000_000);
    expect((await claim(queue)).deliveries).toEqual([]);
  });

  test('gives what was saved up since, and never more than the burst', async () => {
    const queue = await withBacklog(20);
    await claim(queue);
    await passSeconds(queue, 900);
    expect(await claimed(queue)).toBe(0);
    await passSeconds(queue, 200);
    expect(await claimed(queue)).toBe(1);
    // With what that claim has left.
    await passSeconds(queue, 950);
    expect(await claimed(queue)).toBe(1);
    await passSeconds(queue, 2_500);
    expect(await claimed(queue)).toBe(2);
    await passSeconds(queue, 86_400);
    expect(await claimed(queue)).toBe(4);
  });

  test('says nothing of the limit when the queue has no more', async () => {
    const queue = await withBacklog(3);
    const { deliveries, limitedMs } = await claim(queue);
    expect(deliveries).toHaveLength(3);
    expect(limitedMs).toBe(null);
  });

  test('does not spend starts on what it does not find', async () => {
    const queue = await withBacklog(1);
    for (let n = 0; n < 10; n += 1) await claim(queue);
    await queue.enqueueMany([{}, {}, {}, {}, {}]);
    expect(await claimed(queue)).toBe(3);
  });

  test('that is rolled back spends none', async () => {
    const queue = await withBacklog(10);
    const client = await connect(db);
    await client.query('begin');
    expect(await claimed(queue.on(client))).toBe(4);
    await client.query('rollback');
    expect(await claimed(queue)).toBe(4);
  });

  test('keeps to the smaller of both limits, and says when the narrower gives more', async () => {
    const narrow = await withBacklog(10, { maxInFlight: 2 });
    expect(await claim(narrow)).toMatchObject({ deliveries: [{}, {}], limitedMs: 1_000 });
    const slow = await withBacklog(10, { maxInFlight: 50 });
    const { deliveries, limitedMs } = await claim(slow);
    expect(deliveries).toHaveLength(4);
    expect(limitedMs).toBeGreaterThan(1_000);
  });
});

describe('a start', () => {
  async function started() {
    const queue = await withBacklog(20);
    return { queue, held: (await claim(queue)).deliveries as [Delivery, Delivery] };
  }

  test.each([
    ['done', 0],
    ['retry', 0],
    ['snooze', 0],
    ['dead', 0],
    ['release', 1],
  ])('is over with %s: %i of it comes back', async (outcome, back) => {
    const { queue, held } = await started();
    await queue.settle(end(outcome, held[0], { error: {}, delaySeconds: 60 }));
    expect(await claimed(queue)).toBe(back);
  });

  test('comes back once, though the release is repeated', async () => {
    const { queue, held } = await started();
    for (let n = 0; n < 3; n += 1) await queue.settle(end('release', held[0]));
    expect(await claimed(queue)).toBe(1);
  });

  test('is not given back by who has lost the lease', async () => {
    const { queue, held } = await started();
    const token = '00000000-0000-4000-8000-000000000000';
    expect((await queue.settle(end('release', { ...held[0], token }))).stale).toHaveLength(1);
    expect(await claimed(queue)).toBe(0);
  });

  test('that comes back while another consumer claims is not forgotten', async () => {
    const { queue, held } = await started();
    await passSeconds(queue, 1_000);
    const [claimer, settler] = [await connect(db), await connect(db)];
    await claimer.query('begin');
    expect(await claimed(queue.on(claimer))).toBe(1);
    const settled = queue.on(settler).settle(end('release', held[0]), end('release', held[1]));
    await untilBlocked(db);
    await claimer.query('commit');
    expect((await settled).settled).toBe(2);
    expect(await claimed(queue)).toBe(2);
  });

  test('that is being given back is not forgotten by the claim that waits for it', async () => {
    const { queue, held } = await started();
    await passSeconds(queue, 1_000);
    const [settler, claimer] = [await connect(db), await connect(db)];
    await settler.query('begin');
    await queue.on(settler).settle(end('release', held[0]), end('release', held[1]));
    const claiming = claimed(queue.on(claimer), 1);
    await untilBlocked(db);
    await settler.query('commit');
    expect(await claiming).toBe(1);
    expect(await claimed(queue)).toBe(2);
  });

  test('is spent on a suspect, too, which waits for one', async () => {
    const { queue } = await started();
    await queue.expireLeases();
    const waiting = await queue.claimSuspect();
    expect(waiting.deliveries).toEqual([]);
    expect(waiting.limitedMs).toBeGreaterThan(900_000);
    expect(await queue.attempts()).toEqual([]);
    await passSeconds(queue, 1_000);
    expect((await queue.claimSuspect()).deliveries).toHaveLength(1);
    expect(await claimed(queue)).toBe(0);
  });
});

test('six consumers that settle and release start no more than the rate allows', async () => {
  const policy = { rateStarts: 400, rateSeconds: 1, rateBurst: 20 };
  const queue = await withBacklog(400, policy);
  const clients = await connections(db, 6);
  const starts: { at: number; id: string }[] = [];
  let left = 400;
  const consume = async (client: Client, seat: number) => {
    const connected = queue.on(client);
    for (let round = 0; left > 0; round += 1) {
      const { deliveries } = await connected.claim({ count: 1 + ((round + seat) % 7) });
      const { rows } = await client.query(
        'select extract(epoch from clock_timestamp())::float8 as at',
      );
      // Every tenth is released without having been started.
      const unstarted = deliveries.filter((_, n) => (round + n) % 10 === 0);
      for (const { id } of deliveries)
        if (!unstarted.some((each) => each.id === id)) starts.push({ at: rows[0].at, id });
      const ends = deliveries.map((each) =>
        unstarted.includes(each) ? end('release', each) : done(each),
      );
      left -= deliveries.length - unstarted.length;
      await connected.settle(...ends);
    }
  };
  const begun = await db.query<{ at: number }>(
    'select extract(epoch from clock_timestamp())::float8 as at',
  );
  await Promise.all(clients.map(consume));
  expect(new Set(starts.map(({ id }) => id)).size).toBe(400);
  // At any moment: no more than the burst and what was saved up since the beginning.
  const instants = starts.map(({ at }) => at).toSorted((a, b) => a - b);
  for (const [n, at] of instants.entries())
    expect(n + 1).toBeLessThanOrEqual(20 + 400 * (at - (begun[0]?.at ?? 0)));
});
