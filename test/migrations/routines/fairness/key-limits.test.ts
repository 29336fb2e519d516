// Of a key no more is held at once than its limit, whoever claims, and nothing that is held back is forgotten.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
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
const operator = new Operator(db.query);

const declareLimited = (maxInFlightPerKey = 2) =>
  declareQueue(db, { fair: true, maxInFlightPerKey });

const send = (queue: SqlQueue, key: string | undefined, count: number, options: object = {}) =>
  queue.enqueueMany(
    Array.from({ length: count }, (_, n) => ({
      ...(key !== undefined && { fairnessKey: key }),
      payload: { key, n },
      ...options,
    })),
  );

const textOf = ({ payload }: Delivery) => {
  const { key = 'none', n } = payload as { key?: string; n: number };
  return `${key} ${n}`;
};
const textsOf = ({ deliveries }: Claim) => deliveries.map(textOf);
const ofKey = (deliveries: readonly Delivery[], key: string) =>
  deliveries.filter((each) => textOf(each).startsWith(`${key} `));
const settleAll = (queue: SqlQueue, { deliveries }: Claim) =>
  queue.settle(...deliveries.map((each) => done(each)));

test('a key has no more at once than its limit, and others go on beside it', async () => {
  const queue = await declareLimited();
  await send(queue, 'noisy', 2000);
  await send(queue, 'quiet', 2);
  const claimed = await queue.claim({ count: 100 });
  expect(textsOf(claimed).toSorted()).toEqual(['noisy 0', 'noisy 1', 'quiet 0', 'quiet 1']);
  expect(textsOf(await queue.claim({ count: 100 }))).toEqual([]);
  await send(queue, 'late', 1);
  expect(textsOf(await queue.claim({ count: 100 }))).toEqual(['late 0']);
  await settleAll(queue, claimed);
  expect(textsOf(await queue.claim({ count: 100 }))).toEqual(['noisy 2', 'noisy 3']);
});

test('what is held back goes on in its order, with who comes later behind it, and with the most urgent first', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'noisy', 3);
  const order: string[] = [];
  for (let claim = await queue.claim({ count: 10 }); claim.deliveries.length > 0; ) {
    order.push(...textsOf(claim));
    if (order.length === 1)
      await send(queue, 'noisy', 1, { payload: { key: 'noisy', n: 'later' } });
    if (order.length === 2)
      await send(queue, 'noisy', 1, { payload: { key: 'noisy', n: 'urgent' }, priority: 1 });
    await queue.claim({ count: 10 });
    const results = claim.deliveries.map((each) => done(each));
    ({ claimed: claim } = await queue.settleAndClaim(results, { count: 10 }));
  }
  expect(order).toEqual(['noisy 0', 'noisy 1', 'noisy urgent', 'noisy 2', 'noisy later']);
});

test.each([
  ['done', {}],
  ['retry', { delaySeconds: 1000, error: {} }],
  ['snooze', { delaySeconds: 1000 }],
  ['dead', { error: {} }],
])('a lease that ends as %s makes place for the next', async (outcome, more) => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 2);
  const first = await queue.claimOne();
  expect(textsOf(await queue.claim())).toEqual([]);
  await queue.settle(end(outcome, first, more));
  expect(textsOf(await queue.claim())).toEqual(['a 1']);
});

test('what is released keeps its place, and is what comes next', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 3);
  const first = await queue.claimOne();
  await queue.claim({ count: 10 });
  await queue.settle(end('release', first));
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['a 0']);
});

test('a lost lease keeps its place for the next attempt, and makes it when that is over', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 2);
  await queue.claimOne();
  await queue.claim({ count: 10 });
  await queue.expireLeases();
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual([]);
  const suspects = await queue.claimSuspects();
  expect(textsOf(suspects)).toEqual(['a 0']);
  await settleAll(queue, suspects);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['a 1']);
});

test('who dies of a lost lease makes place', async () => {
  const queue = await declareQueue(db, { fair: true, maxInFlightPerKey: 1, maxAttempts: 1 });
  await send(queue, 'a', 2);
  await queue.claimOne();
  await queue.claim({ count: 10 });
  await queue.expireLeases();
  await queue.loseSuspects();
  await queue.claimSuspects({ alone: true });
  expect(await queue.deadLetters()).toHaveLength(1);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['a 1']);
});

test.each(['cancel', 'purge'] as const)('%s of what has a place makes it', async (how) => {
  const queue = await declareLimited(1);
  const [first] = await send(queue, 'a', 3);
  await queue.claimOne();
  await queue.claim({ count: 10 });
  await queue.expireLeases();
  if (how === 'cancel') await operator.cancel(first?.id ?? '');
  else await db.query('select millrace.purge($1, $1, 1)', [queue.name]);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['a 1']);
});

test('messages without a key count as of one together', async () => {
  const queue = await declareLimited(2);
  await send(queue, undefined, 5);
  expect((await queue.claim({ count: 10 })).deliveries).toHaveLength(2);
});

test('a member of a group that is held back keeps its group', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 1);
  await send(queue, 'a', 1, { groupKey: 'g', payload: { key: 'a', n: 'head' } });
  await send(queue, 'b', 1, { groupKey: 'g' });
  const first = await queue.claim({ count: 10 });
  expect(textsOf(first)).toEqual(['a 0']);
  await settleAll(queue, first);
  const second = await queue.claim({ count: 10 });
  expect(textsOf(second)).toEqual(['a head']);
  await settleAll(queue, second);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['b 0']);
});

test('a paused key that is at its limit goes on after both', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 4);
  const first = await queue.claim({ count: 10 });
  await db.query(`select millrace.pause_key($1, 'a')`, [queue.name]);
  await settleAll(queue, first);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual([]);
  await db.query(`select millrace.resume_key($1, 'a')`, [queue.name]);
  const rest: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const claim = await queue.claim({ count: 10 });
    rest.push(...textsOf(claim));
    await settleAll(queue, claim);
  }
  expect(rest.toSorted()).toEqual(['a 1', 'a 2', 'a 3']);
});

test('a claim passes by what another one is counting, and finds it when that is over', async () => {
  const queue = await declareLimited(2);
  await send(queue, 'a', 1);
  await settleAll(queue, await queue.claim());
  await send(queue, 'a', 4);
  await send(queue, 'b', 1);
  const other = await connect(db);
  await other.query('begin');
  await queue.on(other).claim({ count: 1 });
  const claiming = queue.on(await connect(db)).claim({ count: 10 });
  expect(await waitsForLock(db, claiming)).toBe(false);
  const beside = await claiming;
  expect(textsOf(beside)).toEqual(['b 0']);
  await other.query('commit');
  expect(textsOf(await queue.claim({ count: 10, cursor: beside.cursor }))).toEqual(['a 1']);
  expect((await queue.claim({ count: 10 })).deliveries).toEqual([]);
});

test('a settle waits for a claim that counts what it ends, and its place is not lost', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 2);
  const [first] = (await queue.claim()).deliveries;
  const [claimer, settler] = [await connect(db), await connect(db)];
  await claimer.query('begin');
  await queue.on(claimer).claim({ count: 10 });
  const settled = queue.on(settler).settle(done(first as Delivery));
  expect(await waitsForLock(db, settled)).toBe(true);
  await claimer.query('commit');
  await settled;
  expect(textsOf(await queue.claim())).toEqual(['a 1']);
});

test('two claims that meet a new key at once count together', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 1);
  const [one, other] = [await connect(db), await connect(db)];
  await one.query('begin');
  await queue.on(one).claim({ count: 1 });
  await send(queue, 'a', 1);
  const second = queue.on(other).claim({ count: 1 });
  expect(await waitsForLock(db, second)).toBe(true);
  await one.query('commit');
  expect((await second).deliveries).toEqual([]);
  expect((await queue.claim({ count: 10 })).deliveries).toEqual([]);
  const rows = await db.query(
    `select from millrace.limited_key l join millrace.queue q on q.id = l.queue_id where q.name = $1`,
    [queue.name],
  );
  expect(rows).toHaveLength(1);
});

test('many consumers at once never hold more of a key, and end everything', async () => {
  const queue = await declareLimited(2);
  for (const key of ['a', 'b', 'c']) await send(queue, key, 40);
  const ended = new Set<string>();
  let most = 0;
  const consume = async () => {
    const client = await connect(db);
    const own = queue.on(client);
    let results: object[] = [];
    for (let idle = 0; idle < 20 || ended.size < 120; ) {
      const { claimed } = await own.settleAndClaim(results, { count: 5 });
      const { rows } = await client.query<{ most: number }>(
        `select coalesce(max(d.count), 0)::integer as most
         from (select count(*) from millrace.delivery d join millrace.queue q on q.id = d.queue_id
           where q.name = $1 and d.lease_expires_at is not null group by d.fairness_key) as d`,
        [queue.name],
      );
      most = Math.max(most, rows[0]?.most ?? 0);
      for (const { id } of claimed.deliveries) ended.add(id);
      results = claimed.deliveries.map((each) => done(each));
      idle = claimed.deliveries.length === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all([consume(), consume(), consume(), consume()]);
  expect(most).toBe(2);
  expect(await queue.rows()).toEqual([]);
});

test('a settle whose answer was lost is repeated and gives no place away twice', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 3);
  const first = await queue.claimOne();
  await queue.claim({ count: 10 });
  await queue.settle(done(first));
  expect(await queue.settle(done(first))).toMatchObject({ settled: 0, repeated: 1 });
  const claim = await queue.claim({ count: 10, token: first.token });
  expect(textsOf(claim)).toEqual(['a 1']);
  const again = await queue.claim({ count: 10, token: first.token, repeated: true });
  expect(textsOf(again)).toEqual(['a 1']);
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual([]);
});

test.each([
  ['raised', { maxInFlightPerKey: 3 }, 2],
  ['lowered', { maxInFlightPerKey: 1 }, 0],
  ['removed', { maxInFlightPerKey: undefined }, 9],
  ['removed, and its queue fair no more,', { maxInFlightPerKey: undefined, fair: false }, 9],
])('a limit that is %s holds from the deployment on', async (_, changes, more) => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 10);
  const first = await queue.claim({ count: 1 });
  await queue.claim({ count: 100 });
  await changePolicy(db, queue, changes);
  expect((await queue.claim({ count: 100 })).deliveries).toHaveLength(more);
  await settleAll(queue, first);
  const left = await queue.claim({ count: 100 });
  expect(left.deliveries).toHaveLength(more === 9 ? 0 : 1);
});

test('maintenance removes keys that nobody uses, and gives forgotten places away', async () => {
  const queue = await declareLimited(1);
  await send(queue, 'a', 3);
  await send(queue, 'b', 1);
  const [first] = ofKey((await queue.claim({ count: 10 })).deliveries, 'a');
  // As somebody who has hold of rows and ends without a word.
  await db.query('delete from millrace.delivery where message_id = $1', [first?.id]);
  await db.query(`update millrace.limited_key set used_at = used_at - interval '2 days'`);
  await db.query('select millrace.maintain()');
  expect(textsOf(await queue.claim({ count: 10 }))).toEqual(['a 1']);
  await db.query('delete from millrace.delivery');
  await db.query(
    `update millrace.limited_key set holds_back = false, used_at = used_at - interval '2 days'`,
  );
  await db.query('select millrace.maintain()');
  expect(await db.query('select from millrace.limited_key')).toEqual([]);
});
