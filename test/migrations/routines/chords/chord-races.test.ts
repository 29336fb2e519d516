// Chords while members end, join and are cancelled on several connections at once, and sweeps meet: each is followed exactly once,
// with the counts of what became of its members. MILLRACE_CHORD_ROUNDS sets how many are tried; chance has a seed, in the name of the test.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { Chords, chordOf } from '#test/support/sql/chords.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const { MILLRACE_CHORD_ROUNDS = '8' } = process.env;
const rounds = Number(MILLRACE_CHORD_ROUNDS);
const chords = new Chords(db.query);

const random = seededRandom();
const oneOf = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
const isLate = (error: { code?: string }) => {
  if (error.code !== 'MR014') throw error;
};

/** Settles what it claims as something or other, some with members that join, until nothing is left. */
async function handle(queue: SqlQueue, chordId: string): Promise<void> {
  let joins = 4;
  for (;;) {
    const { deliveries } = await queue.claim({ count: 3 });
    if (deliveries.length === 0) return;
    const results = deliveries.map((delivery) => {
      const outcome = oneOf(['done', 'done', 'dead', 'retry', 'snooze']);
      const more = { error: {}, delaySeconds: 0 };
      if (outcome !== 'done') return end(outcome, delivery, more);
      joins -= 1;
      const follow = { id: uuidV7(), type: queue.type, ...(oneOf([true, false]) && { chordId }) };
      return done(delivery, joins > 0 ? { enqueue: [follow] } : {});
    });
    await queue.settle(...results);
    // The answer was lost.
    await queue.settle(...results);
  }
}

/** What everybody does to one chord, each on a connection of his own. */
function actors(chord: ReturnType<typeof chordOf>, queue: SqlQueue, clients: readonly Client[]) {
  const [one, two, three, four, five] = clients as [Client, Client, Client, Client, Client];
  const again = async (times: number, act: (n: number) => Promise<unknown>) => {
    for (let n = 0; n < times; n += 1) await act(n);
  };
  return [
    handle(queue.on(one), chord.id),
    handle(queue.on(two), chord.id),
    again(8, () => chords.on(three).sweep()),
    again(8, () => chords.on(four).sweep()),
    again(4, async (n) => {
      const joining = { id: uuidV7(), chordId: chord.id, payload: n };
      await queue.on(five).enqueueMany([joining, {}]).catch(isLate);
      await queue.on(five).enqueueMany([joining]).catch(isLate);
      await new Operator(db.query).on(five).cancel(oneOf(chord.messages).id);
    }),
  ];
}

test(`is followed once, with exact counts, whatever its members, joiners and sweeps do at once (seed ${seed})`, async () => {
  const clients = await connections(db, 5);
  for (let round = 0; round < rounds; round += 1) {
    const queue = await declareQueue(db, { retryBaseSeconds: 0 });
    const follower = await declareQueue(db);
    const chord = chordOf(queue, Array(1 + random.below(25)).fill({}), {
      type: follower.type,
    });
    await chords.enqueue(chord);
    await Promise.all(actors(chord, queue, clients));
    await queue.makeDue();
    await handle(queue, chord.id);
    await chords.sweep();

    const { endedAt, followedBy, isExact, ...shown } = await chords.show(chord.id);
    const followers = await db.query<{ id: string; headers: object }>(
      'select id, headers from millrace.message where type = $1',
      [follower.type],
    );
    const { members, done: doneOnes, dead, cancelled } = await becameOf(chord.id);
    expect(shown).toMatchObject({ status: 'ended', members, done: doneOnes, dead, cancelled });
    expect(followers).toEqual([
      {
        id: followedBy.id,
        headers: {
          'chord-id': chord.id,
          'chord-done': String(doneOnes),
          'chord-dead': String(dead),
          'chord-cancelled': String(cancelled),
        },
      },
    ]);
  }
});

/** What became of each member, as the view of statuses has it. */
async function becameOf(chordId: string) {
  const rows = await db.query<{ status: string; count: number }>(
    `select s.status, count(*)::int as count
     from millrace.chord_members c
     cross join lateral unnest(c.message_ids) as m(id)
     join millrace.delivery_status s on s.message_id = m.id
     where c.chord_id = $1
     group by s.status`,
    [chordId],
  );
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0;
  return {
    members: rows.reduce((sum, { count }) => sum + count, 0),
    done: of('done'),
    dead: of('dead'),
    cancelled: of('cancelled'),
  };
}

async function setup() {
  const queue = await declareQueue(db);
  const chord = chordOf(queue, [{}]);
  await chords.enqueue(chord);
  const [other, client] = (await connections(db, 2)) as [Client, Client];
  await queue.settle(done((await queue.claim()).deliveries[0] as Delivery));
  await other.query('begin');
  return { queue, chord, other, client };
}

test('a sweep leaves a chord open to which a transaction is adding, and waits for nobody', async () => {
  const { queue, chord, other, client } = await setup();
  await queue.on(other).enqueueMany([{ chordId: chord.id }]);
  const swept = chords.on(client).sweep();
  expect(await waitsForLock(db, swept)).toBe(false);
  expect(await swept).toBe(0);
  await other.query('commit');
  expect(await chords.sweep()).toBe(0);
  expect(await chords.show(chord.id)).toMatchObject({ status: 'open', members: 2, live: 1 });
});

test('who adds while a sweep ends the chord waits for it, and comes too late', async () => {
  const { queue, chord, other, client } = await setup();
  expect(await chords.on(other).sweep()).toBe(1);
  const adding = queue.on(client).enqueueMany([{ chordId: chord.id }]);
  expect(await waitsForLock(db, adding)).toBe(true);
  await other.query('commit');
  await expect(adding).rejects.toMatchObject({ code: 'MR014' });
});

test('two who add to one chord do not wait for each other, nor does one who cancels it', async () => {
  const { queue, chord, other, client } = await setup();
  await queue.on(other).enqueueMany([{ chordId: chord.id }]);
  const adding = queue.on(client).enqueueMany([{ chordId: chord.id }]);
  expect(await waitsForLock(db, adding)).toBe(false);
  const cancelling = chords.on(client).cancel(chord.id);
  expect(await waitsForLock(db, cancelling)).toBe(false);
  await Promise.all([adding, cancelling]);
  await other.query('commit');
});

test('two sweeps of one chord do not wait for each other, and one of them ends it', async () => {
  const { chord, other, client } = await setup();
  expect(await chords.on(other).sweep()).toBe(1);
  const sweeping = chords.on(client).sweep();
  expect(await waitsForLock(db, sweeping)).toBe(false);
  expect(await sweeping).toBe(0);
  await other.query('rollback');
  expect(await chords.sweep()).toBe(1);
  expect(await chords.show(chord.id)).toMatchObject({ status: 'ended', done: 1 });
});
