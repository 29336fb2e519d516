// What is taken out of a group, or put back, while its head is settled: no member stays blocked for ever.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const inGroup = (count: number, groupKey = 'g') =>
  Array.from({ length: count }, (_, n) => ({ groupKey, payload: n }));

const statuses = async (queue: SqlQueue) => (await queue.rows()).map(({ status }) => status);

/** Settles one after another what can be claimed; answers the payloads in that order. */
async function runDry(queue: SqlQueue): Promise<unknown[]> {
  const order: unknown[] = [];
  for (;;) {
    const { deliveries } = await queue.claim();
    const [delivery] = deliveries;
    if (!delivery) return order;
    order.push(delivery.payload);
    await queue.settle(done(delivery));
  }
}

describe('a cancel', () => {
  test.each([
    ['of the head', 0, ['pending', 'blocked'], [1, 2]],
    ['of one in the middle', 1, ['pending', 'blocked'], [0, 2]],
    ['of the last one', 2, ['pending', 'blocked'], [0, 1]],
  ])('%s lets the others keep their order', async (_, place, after, order) => {
    const queue = await declareQueue(db);
    const ids = (await queue.enqueueMany(inGroup(3))).map(({ id }) => id);
    expect(await operator.cancel(ids[place] ?? '')).toEqual({ cancelled: [queue.name] });
    expect(await statuses(queue)).toEqual(after);
    expect(await runDry(queue)).toEqual(order);
  });

  test('of the head while it is processed cancels nothing', async () => {
    const queue = await declareQueue(db);
    const [first] = await queue.enqueueMany(inGroup(2));
    const head = await queue.claimOne();
    expect(await operator.cancel(first?.id ?? '')).toEqual({ cancelled: [] });
    expect((await queue.settle(done(head))).settled).toBe(1);
    expect(await statuses(queue)).toEqual(['pending']);
  });

  test.each(['commit', 'rollback'])(
    'of the next one, under way when the head is settled, strands nobody after a %s',
    async (how) => {
      const queue = await declareQueue(db);
      const [, next] = await queue.enqueueMany(inGroup(3));
      const head = await queue.claimOne();
      const [canceller, consumer] = await connections(db, 2);
      if (!canceller || !consumer) throw new Error('no connections');
      await canceller.query('begin');
      await operator.on(canceller).cancel(next?.id ?? '');
      expect((await queue.on(consumer).settle(done(head))).settled).toBe(1);
      await canceller.query(how);
      expect(await runDry(queue)).toEqual(how === 'commit' ? [2] : [1, 2]);
    },
  );

  test('of the next one leaves it alone while the head that is being settled lets it go', async () => {
    const queue = await declareQueue(db);
    const [, next] = await queue.enqueueMany(inGroup(3));
    const head = await queue.claimOne();
    const [canceller, consumer] = await connections(db, 2);
    if (!canceller || !consumer) throw new Error('no connections');
    await consumer.query('begin');
    await queue.on(consumer).settle(done(head));
    expect(await operator.on(canceller).cancel(next?.id ?? '')).toEqual({ cancelled: [] });
    await consumer.query('commit');
    expect(await runDry(queue)).toEqual([1, 2]);
  });

  test('of the head while another one is enqueued strands nobody', async () => {
    const queue = await declareQueue(db);
    const [head] = await queue.enqueueMany(inGroup(1));
    const [producer, canceller] = await connections(db, 2);
    if (!producer || !canceller) throw new Error('no connections');
    await producer.query('begin');
    await queue.on(producer).enqueue({ groupKey: 'g' }, 'next');
    await operator.on(canceller).cancel(head?.id ?? '');
    await producer.query('commit');
    expect(await runDry(queue)).toEqual(['next']);
  });
});

describe('a purge', () => {
  test('lets what it did not reach go on in order', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany([...inGroup(4, 'a'), ...inGroup(4, 'b')]);
    const head = await queue.claimOne();
    expect(await operator.purge(queue.name, queue.name, { maxCount: 3 })).toEqual({
      cancelled: 3,
      more: true,
    });
    await queue.settle(done(head));
    const left = (await queue.rows()).length;
    expect(left).toBe(4);
    expect(await runDry(queue)).toHaveLength(4);
    expect(await queue.rows()).toEqual([]);
  });

  test('beside the settle of a head neither waits in a circle nor strands anybody', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany(inGroup(3));
    const head = await queue.claimOne();
    const [purger, consumer] = await connections(db, 2);
    if (!purger || !consumer) throw new Error('no connections');
    await purger.query('begin');
    await operator.on(purger).purge(queue.name, queue.name, { maxCount: 1 });
    await queue.on(consumer).settle(done(head));
    await purger.query('commit');
    expect(await runDry(queue)).toHaveLength(1);
    expect(await queue.rows()).toEqual([]);
  });

  test('of more groups than the lock table has room for takes them all', async () => {
    const queue = await declareQueue(db);
    const count = 20_000;
    await db.query(
      `with connected as (select id from millrace.queue where name = $1),
       m as (
         insert into millrace.message (id, type, payload)
         select millrace.uuid_v7(), $2, to_jsonb(n) from generate_series(1, $3::int) n returning id
       )
       insert into millrace.delivery (message_id, queue_id, available_at, group_key)
       select m.id, connected.id, statement_timestamp(), 'group ' || m.id from m, connected`,
      [queue.name, queue.type, count],
    );
    let purged = 0;
    for (let more = true; more; ) {
      const answer = await operator.purge(queue.name);
      purged += answer.cancelled;
      more = answer.more;
    }
    expect(purged).toBe(count);
    expect(await queue.rows()).toEqual([]);
    const groups = `select from millrace.message_group g
      join millrace.queue q on q.id = g.queue_id where q.name = $1`;
    expect(await db.query(groups, [queue.name])).toEqual([]);
  });
});

test('operators, producers and consumers at once strand nobody and wait in no circle', async () => {
  const queue = await declareQueue(db, { maxAttempts: 1 });
  const clients = await connections(db, 12);
  const groups = ['a', 'b', 'c', 'd'];
  const ids: string[] = [];
  await Promise.all(
    clients.map(async (client, seat) => {
      const connected = queue.on(client);
      const here = operator.on(client);
      for (let round = 0; round < 30; round += 1) {
        const order = (seat + round) % 2 ? groups : groups.toReversed();
        if (seat < 4) {
          const batch = await connected.enqueueMany(order.map((groupKey) => ({ groupKey })));
          ids.push(...batch.map(({ id }) => id));
        } else if (seat < 8) {
          const { deliveries } = await connected.claim({ count: 4 });
          await connected.settle(
            ...deliveries.map((each, n) => end(n % 2 ? 'dead' : 'done', each, { error: {} })),
          );
        } else if (seat === 8) await here.cancel(ids[(round * 7) % ids.length] ?? uuidV7());
        else if (seat === 9) await here.purge(queue.name, queue.name, { maxCount: 2 });
        else if (seat === 10) await here.redrive({ queue: queue.name }, { maxCount: 5 });
        else await here.discard({ queue: queue.name }, { maxCount: 3 });
      }
    }),
  );
  await operator.redrive({ queue: queue.name });
  await runDry(queue);
  expect(await queue.rows()).toEqual([]);
  const [row] = await db.query<{ unknown: number }>(
    `select count(*)::int as unknown from unnest($1::uuid[]) as id
     where not exists (
       select from millrace.delivery_status s where s.message_id = id and s.status in ('done', 'cancelled')
     )`,
    [ids],
  );
  expect(row?.unknown).toBe(0);
});
