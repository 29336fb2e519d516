// Debounce: a later message under the same key takes the place of the one that still waits.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { enqueueOne, expireKeys, keyed, replacing } from '#test/support/sql/keyed.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

const outcomesOf = async (queue: SqlQueue, id: string) =>
  (await queue.attempts(id)).map(({ outcome }) => outcome);

describe('a message with replace', () => {
  test('cancels the one that waits under its key, and starts the delay anew', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing({ payload: 'a', delaySeconds: 100 }));
    await queue.makeDue();
    const second = await enqueueOne(queue, replacing({ payload: 'ab', delaySeconds: 100 }));
    expect(second).toMatchObject({ duplicate: false, status: 'scheduled' });
    const rows = await queue.rows();
    expect(rows).toMatchObject([{ id: second.id, status: 'scheduled' }]);
    expect(rows[0]?.dueIn).toBeCloseTo(100, -1);
    expect(await queue.attempts(first.id)).toMatchObject([{ outcome: 'cancelled', attempt: 0 }]);
  });

  test('restarts the window of its key', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing({ idempotencySeconds: 60 }));
    const second = await enqueueOne(queue, replacing({ idempotencySeconds: 600 }));
    const until = [first, second].map(({ idempotentUntil = '' }) => Date.parse(idempotentUntil));
    expect(Math.abs((until[1] ?? 0) - (until[0] ?? 0) - 540_000)).toBeLessThan(5_000);
  });

  test.each([
    ['is being processed', async (_: SqlQueue) => {}, []],
    [
      'waits for its retry',
      async (queue: SqlQueue) => {
        const [row] = await queue.rows();
        const { id = '', token } = row ?? {};
        await queue.settle({ id, token, outcome: 'retry', error: {}, delaySeconds: 60 });
      },
      ['retry', 'cancelled'],
    ],
    [
      'was released',
      async (queue: SqlQueue) => {
        const [row] = await queue.rows();
        await queue.settle({ id: row?.id, token: row?.token, outcome: 'release' });
      },
      ['cancelled'],
    ],
    ['has lost its consumer', (queue: SqlQueue) => queue.expireLeases(), []],
  ])('meets one that %s', async (_, settle, outcomes) => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing({ payload: 1 }));
    await queue.claimOne();
    await settle(queue);
    const second = await enqueueOne(queue, replacing({ payload: 2 }));
    expect(second.duplicate).toBe(false);
    expect(await outcomesOf(queue, first.id)).toEqual(outcomes);
    const left = outcomes.includes('cancelled') ? [second.id] : [first.id, second.id];
    expect((await queue.rows()).map(({ id }) => id)).toEqual(left);
  });

  test.each(['done', 'dead'])('is stored behind one that is %s', async (outcome) => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing({ payload: 1 }));
    await queue.settle(end(outcome, await queue.claimOne(), { error: {} }));
    const second = await enqueueOne(queue, replacing({ payload: 2 }));
    expect(await queue.rows()).toMatchObject([{ id: second.id }]);
    expect(await outcomesOf(queue, first.id)).toEqual([outcome]);
  });

  test('cancels in the queues that still wait, and leaves those at work', async () => {
    const queue = await declareQueue(db);
    const slow = await declareQueue(db, { type: queue.type });
    const first = await enqueueOne(queue, replacing());
    const claimed = await queue.claimOne();
    const second = await enqueueOne(queue, replacing({ payload: 2 }));
    expect((await slow.rows()).map(({ id }) => id)).toEqual([second.id]);
    expect((await queue.rows()).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect((await queue.settle(done(claimed))).settled).toBe(1);
  });

  test('takes the place of one without replace, which then gives way', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, keyed({ payload: 1 }));
    const second = await enqueueOne(queue, replacing({ payload: 2 }));
    expect(await outcomesOf(queue, first.id)).toEqual(['cancelled']);
    const again = await enqueueOne(queue, keyed({ payload: 2 }));
    expect(again).toMatchObject({ id: second.id, duplicate: true });
    const other = refusalOf(queue.enqueueMany([keyed({ payload: 3 })]));
    expect(await other).toMatchObject({ code: 'MR007' });
  });

  test('leaves one alone whose window is over, whether maintenance came by or not', async () => {
    for (const comesBy of [false, true]) {
      const queue = await declareQueue(db);
      await enqueueOne(queue, replacing({ delaySeconds: 60 }));
      await expireKeys(db);
      if (comesBy) await db.query('select millrace.maintain()');
      await enqueueOne(queue, replacing({ delaySeconds: 60 }));
      expect(await queue.rows()).toHaveLength(2);
    }
  });

  test('lets the group of the one that it cancels go on', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany([replacing({ groupKey: 'g' }), { groupKey: 'g' }]);
    const last = await enqueueOne(queue, replacing({ payload: 2, groupKey: 'g' }));
    expect((await queue.rows()).map(({ status }) => status)).toEqual(['pending', 'blocked']);
    await queue.settle(done(await queue.claimOne()));
    expect(await queue.rows()).toMatchObject([{ id: last.id, status: 'pending' }]);
  });

  test('does no harm when it is refused', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing({ delaySeconds: 60 }));
    const refused = refusalOf(queue.enqueueMany([replacing({ payload: 2 }), { priority: 0 }]));
    expect(await refused).toMatchObject({ code: 'MR002', index: 1 });
    expect(await queue.rows()).toMatchObject([{ id: first.id }]);
    expect(await enqueueOne(queue, keyed())).toMatchObject({ id: first.id, duplicate: true });
  });

  test('is undone with its transaction', async () => {
    const queue = await declareQueue(db);
    const first = await enqueueOne(queue, replacing());
    const client = await connect(db);
    await client.query('begin');
    await enqueueOne(queue.on(client), replacing({ payload: 2 }));
    await client.query('rollback');
    expect(await queue.rows()).toMatchObject([{ id: first.id, status: 'pending' }]);
    expect(await outcomesOf(queue, first.id)).toEqual([]);
  });
});

describe('several with replace in one batch', () => {
  test('come to the last one, which answers for all', async () => {
    const queue = await declareQueue(db);
    const before = await enqueueOne(queue, replacing({ payload: 0 }));
    const last = uuidV7();
    const batch = [uuidV7(), uuidV7(), last].map((id, payload) => replacing({ id, payload }));
    const answers = await queue.enqueueMany(batch);
    expect(answers.map(({ id }) => id)).toEqual([last, last, last]);
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([true, true, false]);
    expect(await queue.rows()).toMatchObject([{ id: last }]);
    expect(await outcomesOf(queue, before.id)).toEqual(['cancelled']);
  });

  test('are answered alike when the call is repeated', async () => {
    const queue = await declareQueue(db);
    const last = uuidV7();
    const batch = [uuidV7(), last].map((id, payload) => replacing({ id, payload }));
    const answers = await queue.enqueueMany(batch);
    expect(await queue.enqueueMany(batch)).toEqual(answers);
    expect(await queue.rows()).toMatchObject([{ id: last }]);
  });
});

describe('a repeated call with replace', () => {
  test('is answered as the first time, and cancels nothing', async () => {
    const queue = await declareQueue(db);
    const message = replacing({ id: uuidV7(), delaySeconds: 60 });
    const first = await enqueueOne(queue, message);
    expect(await enqueueOne(queue, message)).toEqual(first);
    expect(await queue.rows()).toMatchObject([{ id: first.id, status: 'scheduled' }]);
  });

  test('does not take the place back from the one that replaced it meanwhile', async () => {
    const queue = await declareQueue(db);
    const id = uuidV7();
    const message = replacing({ id, payload: 'early' });
    await enqueueOne(queue, message);
    const late = await enqueueOne(queue, replacing({ payload: 'late' }));
    const again = await enqueueOne(queue, message);
    expect(again).toEqual({
      id,
      type: queue.type,
      duplicate: false,
      status: 'cancelled',
    });
    expect(await queue.rows()).toMatchObject([{ id: late.id, status: 'pending' }]);
    expect(await outcomesOf(queue, late.id)).toEqual([]);
  });

  test('of which 20 come at once stores one message', async () => {
    const queue = await declareQueue(db);
    const id = uuidV7();
    const message = replacing({ id });
    const clients = await connections(db, 20);
    await Promise.all(clients.map((client) => enqueueOne(queue.on(client), message)));
    expect(await queue.rows()).toMatchObject([{ id, status: 'pending' }]);
    expect(await outcomesOf(queue, id)).toEqual([]);
  });
});
