// What a database of several does with a message that has a group: each case of the protocol by itself.
import { beforeAll, describe, expect, test } from 'vitest';
import { enqueueMessages, type Place } from '#queue/routines/enqueue.ts';
import { enqueueForwarded, keepForward, readForwards } from '#queue/routines/forwards.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { databasesOf, deploy, groupAt } from '#test/support/sql/spread.ts';
import { done, end, SqlQueue } from '#test/support/sql/sql-queue.ts';

const [first, second, _third] = (await databasesOf(3)) as [
  TestDatabase,
  TestDatabase,
  TestDatabase,
];
const work = (db: TestDatabase) => new SqlQueue('work', 'work.item', db.query);
const elsewhere = (db: TestDatabase) => new SqlQueue('elsewhere', 'work.item', db.query);

interface Given {
  readonly id?: string;
  readonly place?: Place;
  readonly groupKey?: string;
}

async function enqueue(db: TestDatabase, { id = uuidV7(), ...options }: Given) {
  const message = { id, type: 'work.item', payload: {}, ...options };
  const [enqueued] = await enqueueMessages(db.database, [message]);
  return enqueued;
}

const knowing = (databases: number, asked = false) => ({ place: { databases, asked } });
const belongsTo = (database: number, asked: boolean) => ({ code: 'elsewhere', database, asked });
const queuesOf = async (db: TestDatabase, groupKey: string) =>
  (
    await db.query(
      `select q.name from millrace.delivery d join millrace.queue q on q.id = d.queue_id
       where d.group_key = $1 order by d.sequence`,
      [groupKey],
    )
  ).map(({ name }) => name);

/** Begins as one database, in which some groups live; then there are two. */
const living = groupAt(0, 1);
const resting = groupAt(0, 1);
const staying = groupAt(0, 0);
beforeAll(async () => {
  await deploy([first]);
  await enqueue(first, { groupKey: living });
  await enqueue(first, { groupKey: staying });
  await deploy([first, second]);
});

describe('while the deployment grows', () => {
  test('a group goes on where it lives, whoever enqueues', async () => {
    await enqueue(first, { groupKey: living, ...knowing(2) });
    await enqueue(first, { groupKey: living });
    expect(await queuesOf(first, living)).toEqual(['work', 'work', 'work']);
  });

  test('its new home refuses it until it was let go', async () => {
    await expect(enqueue(second, { groupKey: living, ...knowing(2) })).rejects.toMatchObject(
      belongsTo(0, false),
    );
  });

  test('a group that rests is sent to its new home, which stores it when it hears that', async () => {
    await expect(enqueue(first, { groupKey: resting, ...knowing(2) })).rejects.toMatchObject(
      belongsTo(1, true),
    );
    await enqueue(second, { groupKey: resting, ...knowing(2, true) });
    expect(await queuesOf(second, resting)).toEqual(['work']);
  });

  test('a key without a group that rests is sent to its new home at once, which answers for it', async () => {
    const keyed = (db: TestDatabase, asked: boolean) => {
      const message = { id: uuidV7(), type: 'work.item', payload: {}, idempotencyKey: key };
      return enqueueMessages(db.database, [{ ...message, ...knowing(2, asked) }], 'key:shop');
    };
    const key = groupAt(0, 1);
    const refused: unknown = await keyed(first, false).catch((error: unknown) => error);
    expect(refused).toMatchObject(belongsTo(1, true));
    expect(await keyed(second, true)).toMatchObject([{ duplicate: false }]);
    expect(await keyed(second, true)).toMatchObject([{ duplicate: true }]);
  });

  test('a group whose home does not change is stored there at once, and refused elsewhere', async () => {
    await enqueue(first, { groupKey: staying, ...knowing(2) });
    await expect(enqueue(second, { groupKey: staying, ...knowing(2) })).rejects.toMatchObject(
      belongsTo(0, false),
    );
  });

  test('a dead letter keeps a group where it lives', async () => {
    const groupKey = groupAt(0, 1);
    await enqueue(first, { groupKey, ...knowing(2) }).catch(() => {});
    expect(await queuesOf(first, groupKey)).toEqual([]);
    const lived = groupAt(0, 1);
    await first.query(
      `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
       select gen_random_uuid(), q.id, 1, 5, 1, 'work.item', $1, '{}' from millrace.queue q where q.name = 'work'`,
      [lived],
    );
    await enqueue(first, { groupKey: lived, ...knowing(2) });
    expect(await queuesOf(first, lived)).toEqual(['work']);
  });

  test('whoever does not know the new home leaves the message, and those behind it wait as well', async () => {
    const groupKey = groupAt(0, 1);
    expect(await enqueue(first, { groupKey, ...knowing(1) })).toMatchObject({ status: 'pending' });
    expect(await enqueue(first, { groupKey, ...knowing(2) })).toMatchObject({ status: 'blocked' });
    await enqueue(first, { groupKey });
    expect(await queuesOf(first, groupKey)).toEqual(['elsewhere', 'elsewhere', 'elsewhere']);
  });

  test('what SQL has left keeps nothing from going straight home over HTTP', async () => {
    const groupKey = groupAt(0, 1);
    await enqueue(first, { groupKey });
    await expect(enqueue(first, { groupKey, ...knowing(2) })).rejects.toMatchObject(
      belongsTo(1, true),
    );
    expect(await queuesOf(first, groupKey)).toEqual(['elsewhere']);
  });

  test('what has moved may be left with the database that decides, and with no other', async () => {
    const groupKey = groupAt(0, 1);
    const left = { place: { ...knowing(2).place, leave: true } };
    await expect(enqueue(second, { groupKey, ...left })).rejects.toMatchObject(belongsTo(0, false));
    expect(await enqueue(first, { groupKey, ...left })).toMatchObject({ status: 'pending' });
    expect(await enqueue(first, { groupKey, ...knowing(2) })).toMatchObject({ status: 'blocked' });
    expect(await queuesOf(first, groupKey)).toEqual(['elsewhere', 'elsewhere']);
  });

  test('a call is answered again although its group has moved since', async () => {
    const groupKey = groupAt(0, 1);
    const id = uuidV7();
    await enqueue(first, { id, groupKey, ...knowing(1) });
    const { deliveries } = await elsewhere(first).claim({ count: 100 });
    const mine = deliveries.filter((delivery) => delivery.groupKey === groupKey);
    await elsewhere(first).settle(...mine.map((delivery) => done(delivery)));
    await expect(enqueue(first, { groupKey, ...knowing(2) })).rejects.toMatchObject(
      belongsTo(1, true),
    );
    expect(await enqueue(first, { id, groupKey, ...knowing(2) })).toMatchObject({ id });
    expect(await enqueue(first, { id, groupKey })).toMatchObject({ id });
  });

  test('messages of one call go apart, in order of the answer', async () => {
    const [away, here] = [groupAt(0, 1), groupAt(0, 0)];
    const groups = [away, here, away, undefined, here];
    const messages = groups.map((groupKey) => ({
      ...{ id: uuidV7(), type: 'work.item', payload: {} },
      ...(groupKey && { groupKey }),
    }));
    const answers = await enqueueMessages(first.database, messages);
    expect(answers.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    expect(answers.map(({ status }) => status)).toEqual([
      ...['pending', 'pending', 'blocked', 'pending', 'blocked'],
    ]);
    expect(await queuesOf(first, away)).toEqual(['elsewhere', 'elsewhere']);
  });

  test('two producers never part a group: while the first is at work, the second is told to come again', async () => {
    const groupKey = groupAt(0, 1);
    const id = uuidV7();
    await first.query(
      `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
       select gen_random_uuid(), q.id, 1, 5, 1, 'work.item', $1, '{}' from millrace.queue q where q.name = 'work'`,
      [groupKey],
    );
    const producer = await connect(first);
    await producer.query('begin');
    await producer.query('select millrace.enqueue($1, $2, $3)', ['work.item', {}, { groupKey }]);
    // What the group lived by is gone, but for what the producer has added.
    await first.query('delete from millrace.dead_letter where group_key = $1', [groupKey]);
    await expect(enqueue(first, { id, groupKey, ...knowing(2) })).rejects.toMatchObject({
      code: '55P03',
    });
    await producer.query('commit');
    await enqueue(first, { id, groupKey, ...knowing(2) });
    expect(await queuesOf(first, groupKey)).toEqual(['work', 'work']);
  });
});

describe('a forward', () => {
  const claimOf = async (db: TestDatabase, groupKey: string) => {
    const { deliveries } = await elsewhere(db).claim({ count: 1000 });
    const delivery = deliveries.find((one) => one.groupKey === groupKey);
    if (!delivery) throw new Error('not claimed');
    const others = deliveries.filter((one) => one !== delivery);
    await elsewhere(db).settle(...others.map((other) => end('release', other)));
    return delivery;
  };

  test('tells all that its message was enqueued with', async () => {
    const groupKey = groupAt(0, 1);
    const id = uuidV7();
    const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
    const message = {
      ...{
        id,
        type: 'work.item',
        payload: { n: 1 },
        groupKey,
        priority: 3,
        version: 2,
        scheduledAt,
      },
      headers: { a: 'b' },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      ...{ idempotencyKey: 'once', idempotencySeconds: 1000, replace: true },
    };
    await enqueueMessages(first.database, [{ ...message, ...knowing(1) }], 'key:shop');
    const { token } = await claimOf(first, groupKey);
    const [forward, none] = await readForwards(first.database, token, [id, uuidV7()]);
    expect(none).toBeNull();
    expect(forward).toMatchObject({ id, database: 0, asked: false, caller: 'key:shop' });
    const { scheduledAt: at, idempotencySeconds, ...rest } = forward?.message ?? {};
    const { scheduledAt: _, idempotencySeconds: __, ...sent } = message;
    expect(rest).toEqual(sent);
    expect(new Date(String(at)).toISOString()).toBe(scheduledAt);
    expect(idempotencySeconds).toBeGreaterThan(990);
    await expect(keepForward(first.database, { token, id, asked: false })).rejects.toMatchObject(
      belongsTo(1, true),
    );
  });

  test('says nothing of a key when it has none', async () => {
    const groupKey = groupAt(0, 1);
    const message = { id: uuidV7(), type: 'work.item', payload: { n: 1 }, groupKey, ...knowing(1) };
    await enqueueMessages(first.database, [message]);
    const { token } = await claimOf(first, groupKey);
    const [forward] = await readForwards(first.database, token, [message.id]);
    expect(forward?.message).toMatchObject({ groupKey });
    expect(forward?.message).not.toHaveProperty('idempotencySeconds');
  });

  test('is stored once where it belongs, with its key and its cause, by a login that is no operator', async () => {
    const groupKey = groupAt(0, 1);
    const message = {
      ...{ id: uuidV7(), type: 'work.item', payload: { n: 1 }, groupKey, idempotencyKey: groupKey },
      ...knowing(1),
    };
    await enqueueMessages(first.database, [message], 'key:shop');
    const cause = uuidV7();
    await first.query(`update millrace.message set origin = row($1::uuid, $2) where id = $3`, [
      ...[cause, groupKey, message.id],
    ]);
    const { token } = await claimOf(first, groupKey);
    const [forward] = await readForwards(first.database, token, [message.id]);
    if (!forward) throw new Error('not held');
    const consumer = await connect(second, 'millrace_consumer');
    const asConsumer = {
      query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
        (await consumer.query(text, [...parameters])).rows as Row[],
    };
    await expect(enqueueForwarded(asConsumer, forward, false)).rejects.toMatchObject(
      belongsTo(0, false),
    );
    for (const _ of ['first', 'again'])
      expect(await enqueueForwarded(asConsumer, forward, true)).toMatchObject({ id: message.id });
    await second.query(`update millrace.message set created_at = created_at - interval '2 days'`);
    expect(await enqueueForwarded(asConsumer, forward, true)).toMatchObject({ id: message.id });
    expect(await queuesOf(second, groupKey)).toEqual(['work']);
    const [stored] = await second.query(
      `select (m.origin).caused_by, k.owner from millrace.message m
       join millrace.idempotency_key k on k.message_id = m.id where m.id = $1`,
      [message.id],
    );
    expect(stored).toEqual({ caused_by: cause, owner: 'key:shop' });
  });

  test('waits behind those of its group that wait there, and is never forwarded once more', async () => {
    const groupKey = groupAt(0, 1);
    await enqueue(first, { groupKey, ...knowing(1) });
    const message = { id: uuidV7(), type: 'work.item', payload: {}, groupKey };
    const forward = { id: message.id, database: 0, asked: false, caller: null, message };
    await expect(enqueueForwarded(first.database, forward, false)).rejects.toMatchObject({
      code: '55P03',
    });
    expect(await queuesOf(first, groupKey)).toEqual(['elsewhere']);
  });

  test('is kept where its group lives by then, behind what was there', async () => {
    const groupKey = groupAt(0, 1);
    const id = uuidV7();
    await enqueue(first, { id, groupKey });
    await first.query(
      `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
       select gen_random_uuid(), q.id, 1, 5, 1, 'work.item', $1, '{}' from millrace.queue q where q.name = 'work'`,
      [groupKey],
    );
    const { token } = await claimOf(first, groupKey);
    expect(await keepForward(first.database, { token, id, asked: false })).toBe(true);
    expect(await queuesOf(first, groupKey)).toEqual(['work']);
    expect(await keepForward(first.database, { token, id, asked: false })).toBe(false);
    const { deliveries } = await work(first).claim({ count: 1000 });
    expect(deliveries.map((delivery) => delivery.id)).toContain(id);
  });
});
