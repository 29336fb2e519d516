// Which groups wait, and for whom.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { fillGroups } from '#test/support/sql/bulk.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { buffersOf, plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const inGroup = (count: number, groupKey = 'g') =>
  Array.from({ length: count }, () => ({ groupKey }));

test('names the head that the others of a group wait for, and how it stands', async () => {
  const queue = await declareQueue(db);
  const ids = (await queue.enqueueMany(inGroup(3))).map(({ id }) => id);
  const blocked = () => operator.blockedGroups(queue.name);
  const group = { groupKey: 'g', waiting: 2, messageId: ids[0] };
  expect(await blocked()).toEqual([{ ...group, status: 'pending', attempt: 0 }]);
  const head = await queue.claimOne();
  expect(await blocked()).toEqual([{ ...group, status: 'processing', attempt: 1 }]);
  await queue.settle(end('retry', head, { error: {}, delaySeconds: 60 }));
  expect(await blocked()).toEqual([{ ...group, status: 'scheduled', attempt: 1 }]);
  await queue.makeDue();
  await queue.settle(done(await queue.claimOne()));
  const next = { groupKey: 'g', waiting: 1, messageId: ids[1], status: 'pending', attempt: 0 };
  expect(await blocked()).toEqual([next]);
});

test('names the dead letter that a group waits for, the first one of several', async () => {
  const queue = await declareQueue(db, { deadBlocksGroup: true, groupConcurrency: 2 });
  await queue.enqueueMany(inGroup(4));
  const { deliveries } = await queue.claim({ count: 2 });
  for (const delivery of deliveries.toReversed())
    await queue.settle(end('dead', delivery, { error: {} }));
  const messageId = deliveries[0]?.id;
  expect(await operator.blockedGroups(queue.name)).toEqual([
    { groupKey: 'g', waiting: 2, messageId, status: 'dead', attempt: 1 },
  ]);
});

test('leaves out groups in which nobody waits, and other queues', async () => {
  const queue = await declareQueue(db, { groupConcurrency: 2 });
  const other = await declareQueue(db, { type: queue.type });
  await queue.enqueueMany([...inGroup(2, 'a'), ...inGroup(3, 'b'), {}]);
  const keysIn = async (name: string) =>
    (await operator.blockedGroups(name)).map(({ groupKey }) => groupKey);
  expect(await keysIn(queue.name)).toEqual(['b']);
  expect(await keysIn(other.name)).toEqual(['a', 'b']);
  expect(await keysIn('nobody')).toEqual([]);
});

describe('pages', () => {
  test('go on behind the last key, in key order, whatever the keys look like', async () => {
    const queue = await declareQueue(db);
    const keys = ['a', 'B', 'ä', ' ', 'a b', "'", '\\', '%', 'Z'.repeat(200), '0'];
    await queue.enqueueMany(keys.flatMap((key) => inGroup(2, key)));
    const seen: string[] = [];
    for (let after = ''; ; after = seen.at(-1) ?? '') {
      const page = await operator.blockedGroups(queue.name, 3, after);
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(3);
      seen.push(...page.map(({ groupKey }) => groupKey));
    }
    expect(seen.toSorted()).toEqual(keys.toSorted());
    expect(seen).toEqual(
      (await operator.blockedGroups(queue.name)).map(({ groupKey }) => groupKey),
    );
  });

  test('have at most 1000 groups', async () => {
    const queue = await declareQueue(db);
    await fillGroups(db, queue, { count: 2_400, groups: 1_200 });
    expect(await operator.blockedGroups(queue.name, 100_000)).toHaveLength(1_000);
    expect(await operator.blockedGroups(queue.name, 0)).toEqual([]);
  });
});

test('counts up to 1000 and costs no more however long a group is', async () => {
  const costs: number[] = [];
  for (const count of [2_000, 40_000]) {
    const queue = await declareQueue(db, { deadBlocksGroup: true });
    await fillGroups(db, queue, { count, groups: 1 });
    const client = await connect(db);
    const blocked = () => operator.on(client).blockedGroups(queue.name);
    expect(await blocked()).toMatchObject([{ waiting: 1_000 }]);
    costs.push(buffersOf(await plansOf(client, blocked)));
    await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
    expect(await blocked()).toMatchObject([{ waiting: 1_000, status: 'dead' }]);
  }
  const [short = 0, long = 0] = costs;
  expect(long).toBeLessThan(short * 1.3);
});

test('opens no group in which nobody waits, however many there are', async () => {
  const statements: number[] = [];
  for (const groups of [10, 2_000]) {
    const queue = await declareQueue(db);
    await fillGroups(db, queue, { count: groups, groups });
    await queue.enqueueMany(inGroup(2));
    const client = await connect(db);
    const blocked = () => operator.on(client).blockedGroups(queue.name);
    expect(await blocked()).toMatchObject([{ groupKey: 'g', waiting: 1 }]);
    statements.push((await plansOf(client, blocked)).length);
  }
  expect(statements[1]).toBe(statements[0]);
});
