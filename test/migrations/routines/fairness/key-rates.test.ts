// Of a key no more is started than its rate and its burst allow, whoever claims, and nothing that waits for its start is forgotten.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { rate, rated } from '#test/support/sql/key-rates.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { changePolicy, type Delivery, declareQueue, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const { declareRated, send, textsOf, claimAll, claimTexts, settleAll, pass, secondsUntilDue } =
  rated(db);

test('a key has its burst, and then a start in its time, while others go on beside it', async () => {
  const queue = await declareRated(3);
  await send(queue, 'noisy', 2000);
  await send(queue, 'quiet', 2);
  const first = await claimTexts(queue);
  expect(first.toSorted()).toEqual(['noisy 0', 'noisy 1', 'noisy 2', 'quiet 0', 'quiet 1']);
  await send(queue, 'late', 1);
  expect(await claimTexts(queue)).toEqual(['late 0']);
  await pass(50);
  expect(await claimTexts(queue)).toEqual([]);
  await pass(10);
  expect(await claimTexts(queue)).toEqual(['noisy 3']);
  await pass(1000);
  expect(await claimTexts(queue)).toEqual(['noisy 4', 'noisy 5', 'noisy 6']);
});

test('what waits for its start is due at its time, and nothing before', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 5);
  await settleAll(queue, await claimAll(queue));
  expect(await secondsUntilDue(queue)).toSatisfy((at: number) => at > 55 && at <= 60);
});

test('a claim that finds nothing tells how long the next start is away, and no time when nothing waits', async () => {
  const queue = await declareRated();
  expect((await queue.claim()).limitedMs).toBe(null);
  expect((await queue.claimSuspects()).limitedMs).toBe(null);
  await send(queue, 'a', 2);
  await claimAll(queue);
  const { limitedMs } = await queue.claim();
  expect(limitedMs).toBeGreaterThan(50_000);
  expect(limitedMs).toBeLessThanOrEqual(60_000);
});

test('what comes later goes behind what waits for its start, unless it is more urgent', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 3);
  const order = await claimTexts(queue);
  await send(queue, 'a', 1, { payload: { key: 'a', n: 'later' } });
  await send(queue, 'a', 1, { payload: { key: 'a', n: 'urgent' }, priority: 1 });
  for (let n = 0; n < 4; n += 1) {
    await claimAll(queue);
    await pass(60);
    order.push(...(await claimTexts(queue)));
  }
  expect(order).toEqual(['a 0', 'a 1', 'a urgent', 'a 2', 'a later']);
});

test('who comes when starts are due does not take them from who waits for them', async () => {
  const queue = await declareRated(2);
  await send(queue, 'a', 5);
  await claimAll(queue);
  await pass(120);
  await send(queue, 'a', 1, { payload: { key: 'a', n: 'later' } });
  expect(await claimTexts(queue)).toEqual(['a 2', 'a 3']);
});

test('a rest saves up no more than the burst, although what waited had its time', async () => {
  const queue = await declareRated(2);
  await send(queue, 'a', 20);
  await claimAll(queue);
  await db.query('select millrace.pause($1)', [queue.name]);
  await pass(3600);
  await db.query('select millrace.resume($1)', [queue.name]);
  expect(await claimTexts(queue)).toEqual(['a 2', 'a 3']);
});

test.each([
  ['done', {}],
  ['retry', { delaySeconds: 0, error: {} }],
  ['snooze', { delaySeconds: 0 }],
])('what ended as %s has used its start', async (outcome, more) => {
  const queue = await declareRated();
  await send(queue, 'a', 2);
  const first = await queue.claimOne();
  await queue.settle(end(outcome, first, more));
  expect(await claimTexts(queue)).toEqual([]);
  await pass(60);
  expect(await claimTexts(queue)).toHaveLength(1);
});

test('what was released gives its start back, once, and is what comes next', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 3);
  const [first] = await claimAll(queue);
  if (!first) throw new Error('nothing was claimed');
  expect(await queue.settle(end('release', first))).toMatchObject({ settled: 1 });
  expect(await queue.settle(end('release', first))).toMatchObject({ settled: 0 });
  expect(await claimTexts(queue)).toEqual(['a 0']);
  await pass(60);
  expect(await claimTexts(queue)).toEqual(['a 1']);
});

test('a claim that is repeated takes no start, and gives back those of what it releases', async () => {
  const queue = await declareRated(3);
  await send(queue, 'a', 5);
  const first = await queue.claim({ count: 10 });
  expect(first.deliveries).toHaveLength(3);
  const { token } = first;
  const again = await queue.claim({ count: 1, token, repeated: true });
  expect(textsOf(again)).toEqual(['a 0']);
  expect(await claimTexts(queue)).toEqual(['a 1', 'a 2']);
});

test('what a claim has no room for keeps its start', async () => {
  const queue = await declareRated(20);
  await send(queue, 'a', 25, { payload: { key: 'a', n: 0, large: 'x'.repeat(250_000) } });
  const { deliveries } = await queue.claim({ count: 100 });
  expect(deliveries.length).toBeLessThan(20);
  expect(deliveries.length + (await claimAll(queue)).length).toBe(20);
});

test('with a limit in flight as well, both hold', async () => {
  const queue = await declareRated(3, { maxInFlightPerKey: 2 });
  await send(queue, 'a', 10);
  const first = await claimAll(queue);
  expect(textsOf({ deliveries: first })).toEqual(['a 0', 'a 1']);
  await settleAll(queue, first);
  const second = await claimAll(queue);
  expect(textsOf({ deliveries: second })).toEqual(['a 2']);
  await pass(600);
  expect(await claimTexts(queue)).toEqual(['a 3']);
  await settleAll(queue, second);
  expect(await claimTexts(queue)).toEqual(['a 4']);
});

test.each(['cancel', 'purge', 'replace'] as const)(
  '%s of who has the next start gives it to another',
  async (how) => {
    const queue = await declareRated();
    await send(queue, 'a', 1);
    const debounced = { idempotencyKey: `next-${how}`, replace: true };
    const [next] = await send(queue, 'a', 1, {
      payload: { key: 'a', n: 'next' },
      ...(how === 'replace' && debounced),
    });
    await send(queue, 'a', 1, { payload: { key: 'a', n: 'after' } });
    await claimAll(queue);
    if (how === 'cancel') await operator.cancel(next?.id ?? '');
    else if (how === 'purge') await db.query('select millrace.purge($1, $1, 1)', [queue.name]);
    else await send(queue, 'a', 1, { payload: { key: 'a', n: 'new' }, ...debounced });
    await claimAll(queue);
    await pass(60);
    expect(await claimTexts(queue)).toEqual(['a after']);
  },
);

test('a key that was paused has its starts when it goes on', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 4);
  await claimAll(queue);
  await db.query(`select millrace.pause_key($1, 'a')`, [queue.name]);
  await pass(60);
  expect(await claimTexts(queue)).toEqual([]);
  await db.query(`select millrace.resume_key($1, 'a')`, [queue.name]);
  const rest = await claimTexts(queue);
  for (let n = 0; n < 3; n += 1) {
    await pass(60);
    rest.push(...(await claimTexts(queue)));
  }
  expect(rest.toSorted()).toEqual(['a 1', 'a 2', 'a 3']);
});

test('many consumers at once start no more of a key, some of which are given back', async () => {
  const queue = await declareRated(5);
  for (const key of ['a', 'b', 'c']) await send(queue, key, 40);
  const started: Delivery[] = [];
  const consume = async () => {
    const own = queue.on(await connect(db));
    let results: object[] = [];
    for (let idle = 0; idle < 5; ) {
      const { deliveries } = (await own.settleAndClaim(results, { count: 4 })).claimed;
      const isGivenBack = (n: number) => n === 3;
      results = deliveries.map((each, n) => end(isGivenBack(n) ? 'release' : 'done', each));
      started.push(...deliveries.filter((_, n) => !isGivenBack(n)));
      idle = deliveries.length === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all([consume(), consume(), consume(), consume()]);
  const keys = textsOf({ deliveries: started }).map((text) => text.charAt(0));
  expect(keys.toSorted().join('')).toBe('aaaaabbbbbccccc');
});

test.each([
  ['raised', rate(3, 60, 3), 1],
  ['removed', rate(), 9],
  ['removed, and its queue fair no more,', { ...rate(), fair: false }, 9],
])('a rate that is %s holds from the deployment on', async (_, changes, more) => {
  const queue = await declareRated();
  await send(queue, 'a', 10);
  await claimAll(queue);
  await pass(20);
  await changePolicy(db, queue, changes);
  expect(await claimTexts(queue)).toHaveLength(more);
  await pass(20);
  expect(await claimTexts(queue)).toHaveLength(more === 1 ? 1 : 0);
});

test('maintenance keeps what a key has used, and forgets it when it has saved up all', async () => {
  const queue = await declareQueue(db, { fair: true, ...rate(1, 86_400, 3) });
  await send(queue, 'a', 3);
  await settleAll(queue, await claimAll(queue));
  const rows = () =>
    db.query(
      `select from millrace.limited_key l join millrace.queue q on q.id = l.queue_id where q.name = $1`,
      [queue.name],
    );
  const age = async (days: number) => {
    await db.query("update millrace.limited_key set used_at = used_at - interval '2 days'");
    await pass(days * 86_400);
    await db.query('select millrace.maintain()');
  };
  await age(2);
  expect(await rows()).toHaveLength(1);
  await age(2);
  expect(await rows()).toHaveLength(0);
});
