// Claims are bounded in bytes. Payloads are made in the database, so that none travels but as a claim gives it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { givenAgain } from '#test/support/sql/given-again.ts';
import { nodesOf, plansOf } from '#test/support/sql/plans.ts';
import { type Claim, declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** Messages with texts of so many KiB, in this order. */
async function fill(queue: SqlQueue, kib: readonly number[], options: object = {}): Promise<void> {
  await db.query(
    `select millrace.enqueue($1, to_jsonb(repeat('x', kib * 1024 - 100)), $3)
     from unnest($2::integer[]) with ordinality as given(kib, position)
     order by position`,
    [queue.type, kib, options],
  );
}

const sizes = ({ deliveries }: Claim) =>
  deliveries.map(({ payload }) => Math.ceil(String(payload).length / 1024));

const answerOf = async (queue: SqlQueue, count: number, cursor: object | null = null) => {
  const [row] = await db.query<{ kib: number; hasMore: boolean }>(
    `select kib, has_more as "hasMore" from millrace.claim($1, $2, $3, $4)`,
    [queue.name, randomUUID(), count, cursor && JSON.stringify(cursor)],
  );
  return row;
};

describe('a claim', () => {
  test('takes as many messages as 4 MiB have room for', async () => {
    const queue = await declareQueue(db);
    await fill(queue, [...Array(50).fill(250)]);
    expect(sizes(await queue.claim({ count: 200 }))).toEqual(Array(16).fill(250));
    expect(await answerOf(queue, 200)).toEqual({ kib: 4096, hasMore: true });
    expect(await answerOf(queue, 10)).toEqual({ kib: 2500, hasMore: false });
    expect(await answerOf(queue, 200)).toEqual({ kib: 8 * 250, hasMore: false });
    expect(await answerOf(queue, 200)).toEqual({ kib: null, hasMore: false });
  });

  test('takes as many small messages as it is asked for', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany(Array(1_000).fill({ payload: { a: 'small message' } }));
    expect((await queue.claim({ count: 1_000 })).deliveries).toHaveLength(1_000);
  });

  test('goes on from its cursor through every message once, in order', async () => {
    const queue = await declareQueue(db);
    const large = Array.from({ length: 60 }, (_, n) => (n % 7) * 40 + 1);
    await fill(queue, large);
    await fill(queue, [200, 200], { priority: 9 });
    await fill(queue, [201], { priority: 1 });
    const expected = [201, ...large, 200, 200];
    const seen: number[] = [];
    let cursor: Claim['cursor'] = null;
    while (seen.length < expected.length) {
      const claim: Claim = await queue.claim({ count: 500, cursor });
      expect(claim.deliveries).not.toEqual([]);
      seen.push(...sizes(claim));
      ({ cursor } = claim);
    }
    expect(seen).toEqual(expected);
  });

  test('leaves what it does not take unlocked and unchanged', async () => {
    const queue = await declareQueue(db);
    await fill(queue, Array(20).fill(250));
    const [one, other] = [await connect(db), await connect(db)];
    await one.query('begin');
    expect((await queue.on(one).claim({ count: 16 })).deliveries).toHaveLength(16);
    expect((await queue.on(other).claim({ count: 200 })).deliveries).toHaveLength(4);
    await one.query('rollback');
    expect((await queue.rows()).filter(({ attempt }) => attempt === 0)).toHaveLength(16);
  });

  test('measures messages that were stored before sizes were', async () => {
    const queue = await declareQueue(db);
    await fill(queue, Array(40).fill(250));
    await db.query('update millrace.delivery set kib = null');
    expect(await answerOf(queue, 200)).toEqual({ kib: 4096, hasMore: true });
    expect((await queue.rows()).filter(({ status }) => status === 'processing')).toHaveLength(16);
  });

  test('takes a message alone that is larger than the bound', async () => {
    const queue = await declareQueue(db);
    await queue.enqueue({}, 'first');
    const id = await queue.enqueue({}, 'second');
    await queue.enqueue({}, 'third');
    // No door lets such a payload in any more: 30,000 times 308 digits.
    await db.query(
      `update millrace.message set payload = (select jsonb_agg(1e307) from generate_series(1, 30000)) where id = $1`,
      [id],
    );
    await db.query('update millrace.delivery set kib = null where message_id = $1', [id]);
    const claim = async () => (await queue.claim({ count: 200 })).deliveries;
    expect(await claim()).toMatchObject([{ payload: 'first' }]);
    expect(await claim()).toMatchObject([{ id }]);
    expect(await claim()).toMatchObject([{ payload: 'third' }]);
  });

  test('never reads the messages that it does not take', async () => {
    const queue = await declareQueue(db);
    await fill(queue, Array(100).fill(200));
    const client = await connect(db);
    const plans = await plansOf(client, () => queue.on(client).claim({ count: 100 }));
    const read = nodesOf(plans).filter(({ 'Relation Name': name = '' }) => /^message/.test(name));
    // One walk for those that it takes, 20 of them being 4 MiB. Whatever is read to be measured has a node of its own.
    const rows = read.map((node) => node['Actual Rows'] ?? 0).filter((count) => count > 0);
    expect(rows).toEqual([20]);
  });
});

describe('a claim that is repeated for less', () => {
  test.each([
    ['without limits', {}],
    ['with an in-flight limit', { maxInFlight: 20 }],
    ['with a rate', { rateStarts: 20, rateSeconds: 3_600, rateBurst: 20 }],
  ])('gives the first of what its token holds and releases the rest, %s', async (_, policy) => {
    const queue = await declareQueue(db, policy);
    await queue.enqueueMany(Array.from({ length: 20 }, (_, n) => ({ payload: n })));
    const first = await queue.claim({ count: 12 });
    const { token } = first;
    const half = await queue.claim({ count: 6, token, repeated: true });
    expect(half.deliveries).toEqual(givenAgain(first.deliveries.slice(0, 6)));
    const quarter = await queue.claim({ count: 3, token, repeated: true });
    expect(quarter.deliveries).toEqual(givenAgain(first.deliveries.slice(0, 3)));
    // What was released is claimable at once, without an attempt spent and without a place or a start taken.
    const rest = await queue.claim({ count: 100, cursor: quarter.cursor });
    expect(new Set(rest.deliveries.map(({ payload }) => payload))).toEqual(
      new Set(Array.from({ length: 17 }, (_, n) => n + 3)),
    );
    expect(new Set(rest.deliveries.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    const ends = [...quarter.deliveries, ...rest.deliveries].map((each) => done(each));
    expect(await queue.settle(...ends)).toMatchObject({ settled: 20, stale: [] });
  });

  test('gives leases without their messages when it is told to', async () => {
    const queue = await declareQueue(db);
    const id = await queue.enqueue({}, 'payload');
    const [row] = await db.query(
      'select ids, payloads, types from millrace.claim($1, $2, 1, null, false, false)',
      [queue.name, randomUUID()],
    );
    expect(row).toEqual({ ids: [id], payloads: [null], types: [null] });
    expect(await queue.rows()).toMatchObject([{ status: 'processing' }]);
  });
});
