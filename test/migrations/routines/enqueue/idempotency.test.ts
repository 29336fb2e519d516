// An idempotency key: the same key and type within its window are the same message.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { enqueueOne, expireKeys, keyed } from '#test/support/sql/keyed.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, done, type Enqueued, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

describe('the same key again', () => {
  test('answers the first id, and stores nothing', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ id: uuidV7() }));
    expect(first).toMatchObject({ type: queue.type, status: 'pending', duplicate: false });
    const second = await enqueueOne(queue, keyed({ id: uuidV7() }));
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await queue.rows()).toMatchObject([{ id: first.id }]);
    expect(
      await db.query('select from millrace.message where type = $1', [queue.type]),
    ).toHaveLength(1);
  });

  test('says how the first one stands by now', async () => {
    const queue = await declareQueue(db);
    const statusNow = async (key: string) =>
      (await enqueueOne(queue, { idempotencyKey: key, groupKey: key })).status;
    const seen = [await statusNow('a'), await statusNow('a')];
    const first = await queue.claimOne();
    seen.push(await statusNow('a'));
    await queue.settle(end('retry', first, { error: {}, delaySeconds: 60 }));
    seen.push(await statusNow('a'));
    await queue.makeDue();
    await queue.settle(done(await queue.claimOne()));
    seen.push(await statusNow('a'), await statusNow('b'));
    await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
    seen.push(await statusNow('b'), await statusNow('c'));
    await queue.enqueueMany([{ idempotencyKey: 'd', groupKey: 'c' }]);
    const [blocked] = await queue.enqueueMany([{ idempotencyKey: 'd' }]);
    await db.query('select millrace.cancel($1)', [blocked?.id]);
    seen.push(blocked?.status ?? '', await statusNow('d'));
    expect(seen).toEqual(
      'pending pending processing scheduled done pending dead pending blocked cancelled'.split(' '),
    );
  });

  test('with other options changes nothing about the first one', async () => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, keyed({ priority: 3 }));
    const again = await enqueueOne(queue, keyed({ priority: 1, delaySeconds: 60, groupKey: 'g' }));
    expect(again).toMatchObject({ duplicate: true, status: 'pending' });
    expect(await queue.rows()).toMatchObject([{ priority: 3, groupKey: null, status: 'pending' }]);
  });

  test('for another type is another message', async () => {
    const queue = await declareQueue(db);
    const other = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ payload: 1 }));
    const second = await enqueueOne(other, keyed({ payload: 2 }));
    expect(second).toMatchObject({ duplicate: false, type: other.type });
    expect(second.id).not.toBe(first.id);
  });

  test.each([
    ['with its members in another order and other spaces', '{ "b" : [1,2],"a":"x"}'],
    ['with its numbers in another notation', '{"a":"x","b":[1.0,20e-1]}'],
    ['with its characters escaped', '{"a":"\\u0078","b":[1,2]}'],
    ['with a member twice, the last one counting', '{"a":"y","a":"x","b":[1,2]}'],
  ])('takes the same payload %s for the same', async (_, payload) => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ payload: { a: 'x', b: [1, 2] } }));
    const text = `[{"type": "${queue.type}", "idempotencyKey": "k", "payload": ${payload}}]`;
    const [row] = await db.query<{ answer: Enqueued[] }>(
      'select millrace.enqueue_many($1) as answer',
      [text],
    );
    expect(row?.answer).toMatchObject([{ id: first.id, duplicate: true }]);
  });

  test('takes no payload and null for the same', async () => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, keyed());
    expect(await enqueueOne(queue, keyed({ payload: null }))).toMatchObject({ duplicate: true });
  });

  test.each([
    ['a value', { a: 2 }],
    ['a type', { a: '1' }],
    ['a missing member', {}],
    ['an added member', { a: 1, b: null }],
    ['nothing at all', null],
  ])('refuses a payload that differs by %s, and the batch with it', async (_, payload) => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, keyed({ payload: { a: 1 } }));
    const batch = [{ payload: 'fresh' }, { idempotencyKey: 'other' }, keyed({ payload })];
    expect(await refusalOf(queue.enqueueMany(batch))).toEqual({
      code: 'MR007',
      message: 'the idempotency key is in use with another payload',
      index: 2,
      pointer: '/idempotencyKey',
    });
    expect(await queue.rows()).toHaveLength(1);
    expect(await enqueueOne(queue, { idempotencyKey: 'other' })).toMatchObject({
      duplicate: false,
    });
  });

  test('is as particular about its options as an enqueue that stores', async () => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, keyed());
    const refusal = refusalOf(queue.enqueueMany([{}, keyed({ priority: 77 })]));
    expect(await refusal).toMatchObject({ code: 'MR002', index: 1, pointer: '/priority' });
  });

  test('joins no group', async () => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, keyed({ groupKey: 'g' }));
    await enqueueOne(queue, keyed({ groupKey: 'g' }));
    const last = await enqueueOne(queue, { groupKey: 'g', idempotencyKey: 'next' });
    expect(last).toMatchObject({ duplicate: false, status: 'blocked' });
    await queue.settle(done(await queue.claimOne()));
    expect(await queue.rows()).toMatchObject([{ id: last.id, status: 'pending' }]);
  });
});

describe('one batch', () => {
  test('stores a key once, under the first id, and answers in order', async () => {
    const queue = await declareQueue(db);
    const ids = Array.from({ length: 5 }, () => uuidV7());
    const keys = ['a', undefined, 'b', 'a', 'b'];
    const batch = keys.map((idempotencyKey, n) => ({ id: ids[n], idempotencyKey }));
    const answers = await queue.enqueueMany(batch);
    expect(answers.map(({ id }) => ids.indexOf(id))).toEqual([0, 1, 2, 0, 2]);
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, false, true, true]);
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill('pending'));
    expect((await queue.rows()).map(({ id }) => id)).toEqual(ids.slice(0, 3));
  });

  test('with one key for two payloads is refused at the second', async () => {
    const queue = await declareQueue(db);
    const batch = [keyed({ payload: 1 }), {}, keyed({ payload: 2 })];
    expect(await refusalOf(queue.enqueueMany(batch))).toMatchObject({ code: 'MR007', index: 2 });
    expect(await queue.rows()).toEqual([]);
  });

  test('tells its own ids in whatever notation', async () => {
    const queue = await declareQueue(db);
    const [first, second] = [uuidV7(), uuidV7()];
    const answers = await queue.enqueueMany([
      keyed({ id: first.toUpperCase() }),
      { id: second.toUpperCase() },
    ]);
    expect(answers).toMatchObject([
      { id: first, type: queue.type, duplicate: false, status: 'pending' },
      { id: second, type: queue.type, duplicate: false, status: 'pending' },
    ]);
  });

  test('repeated with its ids is answered as the first time', async () => {
    const queue = await declareQueue(db);
    await enqueueOne(queue, { idempotencyKey: 'taken' });
    const keys = ['a', undefined, 'taken', 'a'];
    const batch = keys.map((idempotencyKey) => ({ id: uuidV7(), idempotencyKey, groupKey: 'g' }));
    const answers = await queue.enqueueMany(batch);
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, true, true]);
    expect(await queue.enqueueMany(batch)).toEqual(answers);
    expect(await queue.rows()).toHaveLength(3);
  });

  test('repeated after its key has gone to somebody else is answered as the first time', async () => {
    const queue = await declareQueue(db);
    const message = keyed({ id: uuidV7(), payload: 'mine', idempotencySeconds: 1 });
    const first = await enqueueOne(queue, message);
    await expireKeys(db);
    const other = await enqueueOne(queue, keyed({ payload: 'theirs' }));
    expect(other).toMatchObject({ duplicate: false });
    expect(await enqueueOne(queue, message)).toMatchObject({
      id: first.id,
      duplicate: false,
      status: 'pending',
    });
    expect(await queue.rows()).toHaveLength(2);
  });
});

test('a transaction that rolls back frees its key', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  await client.query('begin');
  await enqueueOne(queue.on(client), keyed({ payload: 1 }));
  await client.query('rollback');
  expect(await enqueueOne(queue, keyed({ payload: 2 }))).toMatchObject({ duplicate: false });
});
