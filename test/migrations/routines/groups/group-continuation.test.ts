import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const claimable = async (queue: SqlQueue) =>
  (await queue.claim({ count: 100 })).deliveries.map(({ payload }) => payload);

/** One group with the payloads 1, 2, 3…, in a queue with the given columns set. */
async function withGroup(count: number, columns: string[] = []) {
  const queue = await declareQueue(db);
  for (const column of columns)
    await db.query(`update millrace.queue set ${column} where name = $1`, [queue.name]);
  const answers = await queue.enqueueMany(
    Array.from({ length: count }, (_, n) => ({ groupKey: 'g', payload: n + 1 })),
  );
  return { queue, ids: answers.map(({ id }) => id) };
}

test('goes on behind a cancelled head', async () => {
  const { queue, ids } = await withGroup(3);
  await db.query('select millrace.cancel($1)', [ids[0]]);
  expect(await claimable(queue)).toEqual([2]);
});

test('goes on behind a member that was cancelled while it was blocked', async () => {
  const { queue, ids } = await withGroup(3);
  await db.query('select millrace.cancel($1)', [ids[1]]);
  await queue.settle(done(await queue.claimOne()));
  expect(await claimable(queue)).toEqual([3]);
});

test('strands nobody when the next member is cancelled while the head is settled', async () => {
  const { queue, ids } = await withGroup(3);
  const head = await queue.claimOne();
  const operator = await connect(db);
  const consumer = await connect(db);
  await operator.query('begin');
  await operator.query('select millrace.cancel($1)', [ids[1]]);
  await queue.on(consumer).settle(done(head));
  await operator.query('commit');
  expect(await claimable(queue)).toEqual([3]);
});

test('cancels nobody who is let go by a head that is being settled', async () => {
  const { queue, ids } = await withGroup(3);
  const head = await queue.claimOne();
  const operator = await connect(db);
  const consumer = await connect(db);
  await consumer.query('begin');
  await queue.on(consumer).settle(done(head));
  await operator.query('select millrace.cancel($1)', [ids[1]]);
  await consumer.query('commit');
  expect(await claimable(queue)).toEqual([2]);
});

test('starts a purged group anew', async () => {
  const { queue } = await withGroup(3);
  await db.query('select millrace.purge($1, $1)', [queue.name]);
  expect(await queue.rows()).toEqual([]);
  await queue.enqueue({ groupKey: 'g' }, 'anew');
  expect(await claimable(queue)).toEqual(['anew']);
});

test('goes on after a purge that left the head to its consumer', async () => {
  const { queue } = await withGroup(3);
  const head = await queue.claimOne();
  await db.query('select millrace.purge($1, $1)', [queue.name]);
  await queue.enqueue({ groupKey: 'g' }, 'anew');
  expect(await claimable(queue)).toEqual([]);
  await queue.settle(done(head));
  expect(await claimable(queue)).toEqual(['anew']);
});

test('queues a redriven member up behind its group, which has gone on', async () => {
  const { queue, ids } = await withGroup(3);
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  await db.query('select millrace.redrive($1)', [{ ids: [ids[0]] }]);
  const order = [];
  for (let n = 0; n < 3; n += 1) {
    const delivery = await queue.claimOne();
    order.push(delivery.payload);
    await queue.settle(done(delivery));
  }
  expect(order).toEqual([2, 3, 1]);
});

test('handles as many members at once as the queue says, in order', async () => {
  const { queue } = await withGroup(5, ['group_concurrency = 2']);
  const { deliveries } = await queue.claim({ count: 10 });
  expect(deliveries.map(({ payload }) => payload)).toEqual([1, 2]);
  const [first, second] = deliveries;
  if (!first || !second) throw new Error('nothing claimed');
  await queue.settle(done(second));
  expect(await claimable(queue)).toEqual([3]);
  await queue.settle(done(first));
  expect(await claimable(queue)).toEqual([4]);
});

test('stops a group at a dead letter until it is redriven, where the queue says so', async () => {
  const { queue, ids } = await withGroup(3, ['dead_blocks_group = true']);
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  await queue.enqueue({ groupKey: 'g' }, 4);
  expect(await claimable(queue)).toEqual([]);
  await db.query('select millrace.redrive($1)', [{ ids: [ids[0]] }]);
  const order = [];
  for (let n = 0; n < 4; n += 1) {
    const delivery = await queue.claimOne();
    order.push(delivery.payload);
    await queue.settle(done(delivery));
  }
  expect(order).toEqual([1, 2, 3, 4]);
});

test('stops a group at a dead letter although a member beside it is done', async () => {
  const { queue, ids } = await withGroup(4, ['dead_blocks_group = true', 'group_concurrency = 2']);
  const { deliveries } = await queue.claim({ count: 10 });
  const [first, second] = deliveries;
  if (!first || !second) throw new Error('nothing claimed');
  await queue.settle(end('dead', first, { error: {} }));
  await queue.settle(done(second));
  expect(await claimable(queue)).toEqual([]);
  await db.query('select millrace.discard($1)', [{ ids: [ids[0]] }]);
  expect(await claimable(queue)).not.toEqual([]);
});

test('goes on when a dead letter that blocked its group is discarded', async () => {
  const { queue, ids } = await withGroup(2, ['dead_blocks_group = true']);
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  await db.query('select millrace.discard($1)', [{ ids: [ids[0]] }]);
  expect(await claimable(queue)).toEqual([2]);
});
