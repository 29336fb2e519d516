// A deployment that changes the rules by which groups go on: however many groups there are, it holds few of them for a
// moment, and each of them comes to go by the new rules, whoever ends in between.
import { describe, expect, test } from 'vitest';
import { syncGroups } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { fillGroups } from '#test/support/sql/bulk.ts';
import { connect } from '#test/support/sql/connect.ts';
import { changePolicy, declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

/** A queue with groups of three, of which one is live. */
async function withGroups(groups: number) {
  const db = await createDatabase();
  const queue = await declareQueue(db);
  await fillGroups(db, queue, { count: groups * 3, groups });
  await db.query(
    `insert into millrace.message_group select distinct d.queue_id, d.group_key from millrace.delivery d`,
  );
  return { db, queue };
}

const live = async ({ query }: TestDatabase) => {
  const [row] = await query<{ live: number }>(
    'select count(*)::int as live from millrace.delivery where isfinite(available_at)',
  );
  return row?.live;
};

const nextPortion = async ({ query }: TestDatabase) => {
  const [row] = await query<{ answer: { groups: number; more: boolean } }>(
    'select millrace.sync_groups() as answer',
  );
  return row?.answer;
};

test('is carried out portion by portion', async () => {
  const { db, queue } = await withGroups(2_300);
  await changePolicy(db, queue, { groupConcurrency: 2 });
  expect(await live(db)).toBe(2_300);
  expect(await db.query('select from millrace.disturbed_group')).toEqual([]);
  expect(await nextPortion(db)).toEqual({ groups: 1_000, more: true });
  expect(await live(db)).toBe(3_300);
  expect(await nextPortion(db)).toEqual({ groups: 1_000, more: true });
  expect(await nextPortion(db)).toEqual({ groups: 300, more: false });
  expect(await live(db)).toBe(4_600);
  expect(await nextPortion(db)).toEqual({ groups: 0, more: false });
});

describe('a migration', () => {
  test('goes on until all groups have been looked at', async () => {
    const { db, queue } = await withGroups(2_300);
    await changePolicy(db, queue, { groupConcurrency: 2 });
    await syncGroups(db.database);
    expect(await live(db)).toBe(4_600);
  });

  test('does not go on for longer than a minute', async () => {
    const { db, queue } = await withGroups(2_300);
    await changePolicy(db, queue, { groupConcurrency: 2 });
    const clock = moveClock();
    const slow = intercept(db.database, (_, run) => {
      clock.forward(31_000);
      return run();
    });
    await syncGroups(slow);
    expect(await live(db)).toBe(4_300);
  });
});

test('lets no more members go at once because groups become wide', async () => {
  const { db, queue } = await withGroups(10);
  await changePolicy(db, queue, { groupConcurrency: 1_000 });
  expect(await nextPortion(db)).toEqual({ groups: 2, more: true });
  expect(await live(db)).toBe(14);
});

describe('when the migration has ended before', () => {
  test.each(['claims', 'surveys'])('is carried on with by %s', async (by) => {
    const { db, queue } = await withGroups(1_500);
    await changePolicy(db, queue, { groupConcurrency: 3 });
    await expect
      .poll(async () => {
        if (by === 'claims') await queue.claim();
        else await db.query('select millrace.survey($1)', [[queue.name]]);
        return live(db);
      })
      .toBe(4_500);
  });
});

test('counts for a group that was not looked at yet: no more of it start than now may', async () => {
  const db = await createDatabase();
  const queue = await declareQueue(db, { groupConcurrency: 3 });
  await queue.enqueueMany(Array(6).fill({ groupKey: 'g' }));
  const { deliveries } = await queue.claim({ count: 3 });
  await changePolicy(db, queue, { groupConcurrency: 1 });
  await queue.settle(...deliveries.slice(0, 2).map((each) => done(each)));
  expect(await live(db)).toBe(1);
});

/** A group behind its dead letter, and a producer whose transaction has added a member by the old rules. */
async function withOpenProducer() {
  const db = await createDatabase();
  const queue = await declareQueue(db, { deadBlocksGroup: true });
  await queue.enqueue({ groupKey: 'g' });
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  const producer = await connect(db);
  await producer.query('begin');
  const id = await queue.on(producer).enqueue({ groupKey: 'g' });
  expect(await queue.on(producer).rows()).toMatchObject([{ status: 'blocked' }]);
  return { db, queue, producer, id };
}

test('reaches what a producer stored by the old rules and commits afterwards', async () => {
  const { db, queue, producer, id } = await withOpenProducer();
  await changePolicy(db, queue, { deadBlocksGroup: false });
  expect(await nextPortion(db)).toMatchObject({ more: false });
  for (let n = 0; n < 3; n += 1) expect((await queue.claim()).deliveries).toEqual([]);
  await producer.query('commit');
  // Transactions of that time in other databases of the server are waited for as well: they have ended.
  await db.query(
    `update millrace.queue set regroup_horizon = '3' where regroup_horizon is not null`,
  );
  expect((await queue.claim()).deliveries).toMatchObject([{ id }]);
  await queue.claim();
  expect(await db.query('select regroup_after, regroup_horizon from millrace.queue')).toEqual([
    { regroup_after: null, regroup_horizon: null },
  ]);
});
