// What a chord promises: when it ends, with which counts, and who may join it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords, chordOf, claimedChord } from '#test/support/sql/chords.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { type Delivery, declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);
const operator = new Operator(db.query);

const claimed = (count: number) => claimedChord(db, count);

describe('a chord', () => {
  test('ends once all have ended, with the counts in the headers of what follows', async () => {
    const queue = await declareQueue(db);
    const headers = { mine: 'kept', 'chord-done': 'mine no more' };
    const chord = chordOf(queue, Array(3).fill({}), { headers, priority: 2 });
    await chords.enqueue(chord);
    const { deliveries } = await queue.claim({ count: 2 });
    await queue.settle(done(deliveries[0] as Delivery));
    await operator.cancel(chord.messages[2]?.id as string);
    expect(await chords.sweep()).toBe(0);
    expect(await chords.show(chord.id)).toMatchObject({
      status: 'open',
      live: 1,
      done: 1,
      cancelled: 1,
    });

    await queue.settle(end('dead', deliveries[1] as Delivery, { error: {} }));
    expect(await chords.sweep()).toBe(1);
    const shown = await chords.show(chord.id);
    expect(shown).toMatchObject({ status: 'ended', members: 3, live: 0, isExact: true });
    expect(shown).toMatchObject({ done: 1, dead: 1, cancelled: 1 });
    const follower = await queue.claimOne();
    expect(follower).toMatchObject({ id: shown.followedBy.id, payload: 'the end' });
    expect(follower.headers).toEqual({
      mine: 'kept',
      'chord-id': chord.id,
      'chord-done': '1',
      'chord-dead': '1',
      'chord-cancelled': '1',
    });
    expect(await chords.sweep()).toBe(0);
  });

  test('counts a message once, whatever became of it in several queues', async () => {
    const queue = await declareQueue(db);
    const other = await declareQueue(db, { type: queue.type });
    const follower = await declareQueue(db);
    const chord = chordOf(queue, [{}, {}], { type: follower.type });
    await chords.enqueue(chord);
    await queue.settle(...(await queue.claim({ count: 2 })).deliveries.map((each) => done(each)));
    expect(await chords.sweep()).toBe(0);
    const { deliveries } = await other.claim({ count: 2 });
    await other.settle(
      ...deliveries.map((each, n) => end(n ? 'dead' : 'done', each, { error: {} })),
    );
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ members: 2, done: 1, dead: 1 });
  });

  test('of messages that nobody subscribes to ends at once', async () => {
    const queue = await declareQueue(db);
    const type = `test.unheard_${randomUUID().slice(0, 8)}`;
    await db.query('insert into millrace.message_type (name, is_public) values ($1, false)', [
      type,
    ]);
    const chord = chordOf(queue, [{ type }]);
    await chords.enqueue(chord);
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ status: 'ended', done: 1 });
  });

  test('waits for a dead member that is redriven before it ends, and is not opened again after that', async () => {
    const { queue, chord, deliveries } = await claimed(2);
    const [first, second] = deliveries;
    await queue.settle(end('dead', first, { error: {} }));
    expect(await chords.sweep()).toBe(0);
    await operator.redrive({ ids: [first.id] });
    await queue.settle(done(second as Delivery));
    expect(await chords.sweep()).toBe(0);
    await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ status: 'ended', done: 1, dead: 1 });
    await operator.redrive({ ids: [first.id] });
    expect(await chords.sweep()).toBe(0);
    expect(await chords.show(chord.id)).toMatchObject({
      status: 'ended',
      live: 0,
      done: 1,
      dead: 1,
    });
  });

  test('waits for a dead member that was counted, and redriven since', async () => {
    const { queue, chord, deliveries } = await claimed(101);
    // As below: a row of its own.
    const last = deliveries.find(({ id }) => id === chord.messages[100]?.id) as Delivery;
    const others = deliveries.filter((each) => each !== last);
    await queue.settle(...others.map((each) => end('dead', each, { error: {} })));
    expect(await chords.sweep()).toBe(0);
    await operator.redrive({ ids: others.slice(0, 1).map(({ id }) => id) });
    await queue.settle(done(last));
    expect(await chords.sweep()).toBe(0);
    await queue.settle(done(await queue.claimOne()));
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ done: 2, dead: 99 });
  });

  test('counts a dead letter that was discarded since as cancelled', async () => {
    const { queue, chord, deliveries } = await claimed(101);
    // The last ones lie in a row of their own, so that the others are counted before.
    const last = deliveries.find(({ id }) => id === chord.messages[100]?.id) as Delivery;
    const others = deliveries.filter((each) => each !== last);
    await queue.settle(...others.map((each) => end('dead', each, { error: {} })));
    expect(await chords.sweep()).toBe(0);
    await operator.discard({ ids: others.slice(0, 3).map(({ id }) => id) });
    await queue.settle(done(last));
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ done: 1, dead: 97, cancelled: 3 });
  });

  test('is shown by the status of its members', async () => {
    const { chord } = await claimed(12);
    const [row] = await db.query(`select millrace.status($1) ->> 'chordId' as id`, [
      chord.messages[11]?.id,
    ]);
    expect(row).toEqual({ id: chord.id });
  });

  test('stays open while what follows is refused, and says why', async () => {
    const follower = await declareQueue(db);
    const queue = await declareQueue(db);
    const chord = chordOf(queue, [{}], { type: follower.type });
    await chords.enqueue(chord);
    const declare = 'update millrace.message_type set is_declared = $2 where name = $1';
    await db.query(declare, [follower.type, false]);
    await queue.settle(done(await queue.claimOne()));
    expect(await chords.sweepOnce()).toMatchObject({
      ended: 0,
      refused: [{ chordId: chord.id, type: follower.type, code: 'MR001' }],
    });
    expect(await chords.show(chord.id)).toMatchObject({
      status: 'open',
      refusal: { code: 'MR001' },
    });
    const [due] = await db.query(`select millrace.next_due($1) ->> 'dueAt' as at`, [[queue.name]]);
    expect(due).toEqual({ at: null });
    await db.query(declare, [follower.type, true]);
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ status: 'ended', refusal: null });
  });
});

describe('who joins', () => {
  test('holds an open chord open', async () => {
    const { queue, chord, deliveries } = await claimed(1);
    const [joined] = await queue.enqueueMany([{ id: uuidV7(), chordId: chord.id, payload: 2 }]);
    await queue.settle(...deliveries.map((each) => done(each)));
    expect(await chords.sweep()).toBe(0);
    expect(await chords.show(chord.id)).toMatchObject({ members: 2, live: 1 });
    await queue.settle(done(await queue.claimOne()));
    expect(await chords.sweep()).toBe(1);
    // The call made again: its answer was lost.
    await queue.enqueueMany([{ id: joined?.id, chordId: chord.id, payload: 2 }]);
    expect(await chords.show(chord.id)).toMatchObject({ members: 2, done: 2 });
  });

  test('may be a follow-up of the last member, beside one with a key', async () => {
    const { queue, chord, deliveries } = await claimed(1);
    const enqueue = [
      { id: uuidV7(), type: queue.type, chordId: chord.id },
      { id: uuidV7(), type: queue.type, idempotencyKey: 'k', delaySeconds: 60 },
    ];
    const result = done(deliveries[0], { enqueue });
    await queue.settle(result);
    await queue.settle(result);
    expect(await chords.sweep()).toBe(0);
    const joined = await queue.claimOne();
    expect(joined.id).toBe(enqueue[0]?.id);
    await queue.settle(done(joined));
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ members: 2, done: 2 });
  });

  test('is refused by a chord that has ended, was cancelled, or is none', async () => {
    const { queue, chord, deliveries } = await claimed(1);
    const other = chordOf(queue, [{}]);
    await chords.enqueue(other);
    await chords.cancel(other.id);
    await queue.settle(...deliveries.map((each) => done(each)));
    await chords.sweep();
    const stored = await queue.enqueue();
    for (const chordId of [chord.id, other.id, uuidV7()])
      for (const id of [uuidV7(), stored])
        expect(
          await refusalOf(queue.enqueueMany([{}, { id, chordId, payload: {} }])),
        ).toMatchObject({
          code: 'MR014',
          index: 1,
          pointer: '/chordId',
        });
  });

  test('comes after the counts, though his id is of before them', async () => {
    const { queue, chord, deliveries } = await claimed(1);
    const early = '01900000-0000-7000-8000-000000000001';
    await queue.enqueueMany([{ id: early, chordId: chord.id }]);
    await queue.settle(...deliveries.map((each) => done(each)));
    expect(await chords.sweep()).toBe(0);
    await queue.settle(done(await queue.claimOne()));
    expect(await chords.sweep()).toBe(1);
    expect(await chords.show(chord.id)).toMatchObject({ members: 2, done: 2 });
  });
});

describe('cancelling', () => {
  test('ends a chord with what waits, and nothing follows', async () => {
    const { queue, chord } = await claimed(2);
    await queue.enqueueMany(Array(30).fill({ chordId: chord.id }));
    await queue.enqueueMany([{ chordId: chord.id, delaySeconds: 60 }]);
    expect(await chords.cancel(chord.id)).toBe(31);
    expect(await chords.cancel(chord.id)).toBe(0);
    const shown = await chords.show(chord.id);
    expect(shown).toMatchObject({ status: 'cancelled', members: 33, live: 2, cancelled: 31 });
    expect(shown.followedBy.id).toBeNull();
    expect(await chords.sweep()).toBe(0);
    expect(await queue.rows()).toHaveLength(2);
  });

  test('leaves one that has ended as it is, and knows none of another id', async () => {
    const { queue, chord, deliveries } = await claimed(1);
    await queue.settle(...deliveries.map((each) => done(each)));
    await chords.sweep();
    expect(await chords.cancel(chord.id)).toBe(0);
    expect(await chords.show(chord.id)).toMatchObject({ status: 'ended' });
    expect(await chords.cancel(uuidV7())).toBeNull();
  });
});

test('a member that was relayed, since its queue has gone to SQS meanwhile, has not ended', async () => {
  const { queue, chord, deliveries } = await claimed(2);
  // As that of a dead member that is redriven after the move: sync moves none with live ones.
  await db.query(`update millrace.queue set engine = 'sqs' where name = $1`, [queue.name]);
  const [first, second] = deliveries as [Delivery, Delivery];
  await queue.settle(done(first));
  const ids = [second.id];
  await db.query('select millrace.settle($1, $2, $3)', [
    queue.name,
    '[]',
    JSON.stringify([{ token: second.token, ids, ms: [0], relayed: true }]),
  ]);
  expect(await chords.sweep()).toBe(0);
  expect(await chords.show(chord.id)).toMatchObject({ live: 1, done: 1 });
});
