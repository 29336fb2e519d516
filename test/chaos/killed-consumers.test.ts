// kill -9 at any moment: a consumer's process ends without a word, again and again.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { enqueueChord } from '#queue/routines/chords.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startConsumer, untilQuiet } from '#test/support/chaos/consumers.ts';
import { expectAllEndedOnce } from '#test/support/chaos/delivery-promises.ts';
import { fated, makeTraceTable, registries } from '#test/support/chaos/fated-queues.ts';
import { isLong, type Random, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const perKill = 3;

/** Whose queues are drained, and how many consumers of them are killed. */
interface Victims {
  readonly registry: 'killed' | 'fair';
  readonly kills: number;
  /** Whether what is enqueued at a time is a chord, which one more follows. */
  readonly isInChords: boolean;
}

async function setup({ registry }: Victims) {
  const database = await createDatabase();
  await syncRegistry(database.database, registries[registry]);
  await database.query(makeTraceTable);
  await database.query('create table armed (due_at timestamptz)');
  await database.query(
    'create table member (message_id uuid, group_key text, position serial primary key)',
  );
  return database;
}

async function enqueueSome(
  { database, query }: TestDatabase,
  { isInChords }: Victims,
  random: Random,
): Promise<void> {
  const ends = ['done', 'done', 'done', 'done', 'fails twice', 'rejected'];
  const messages = Array.from({ length: perKill }, () => ({
    id: uuidV7(),
    type: fated.name,
    payload: { end: ends[random.below(ends.length)], workMs: random.below(20) },
    ...(random.isOneOf(3) && { groupKey: `group ${random.below(3)}` }),
    // Queues that are not fair ignore it.
    ...(!random.isOneOf(4) && { fairnessKey: `key ${random.below(3)}` }),
  }));
  const followedBy = { type: fated.name, payload: { end: 'done', workMs: 0 } };
  await (isInChords
    ? enqueueChord(database, { id: uuidV7(), messages, followedBy }, noWaking)
    : enqueueMessages(database, messages));
  for (const { id, groupKey } of messages)
    if (groupKey)
      await query('insert into member (message_id, group_key) values ($1, $2)', [id, groupKey]);
}

const noWaking = { caller: null, isEager: false };

async function killSome(database: TestDatabase, victims: Victims, random: Random): Promise<void> {
  const { registry, kills } = victims;
  let next = startConsumer(database.url, registry);
  for (let killed = 0; killed < kills; killed += 1) {
    const consumer = await next;
    if (killed + 1 < kills) next = startConsumer(database.url, registry);
    await enqueueSome(database, victims, random);
    // Every fourth consumer is killed stuck in one of its handlers, so with something in its hands, however slow the
    // machine is. The others are killed at any moment: there the time is the subject, and some have finished by then.
    const isToStick = killed % 4 === 0;
    if (registry === 'fair') await pauseSome(database, isToStick ? undefined : random);
    // Every other one was woken, as if there were no ticks.
    const isWoken = killed % 8 < 4;
    const sticking = isToStick && { stickAfter: random.below(2 * perKill - 1) };
    const ended = consumer.run({ ...sticking, isWoken });
    await (isToStick ? waitUntil(() => consumer.isStuck) : wait(random.below(100)));
    if (isToStick && isWoken) await waitUntil(() => isArmed(database));
    consumer.kill();
    await ended;
    await untilQuiet(database);
    await expireLeases(database);
    await makeDue(database);
  }
}

/** Whether a wake-up is armed for a consumer that looks after the one that is about to die. */
async function isArmed({ query }: TestDatabase): Promise<boolean> {
  const armed = await query('delete from armed where due_at > statement_timestamp() returning 1');
  return armed.length > 0;
}

/** Pauses some keys of the fair queues, as chance has it, and resumes all others; without chance all. */
async function pauseSome({ query }: TestDatabase, random: Random | undefined): Promise<void> {
  for (const queue of ['at-least-once', 'exactly-once'])
    for (const key of ['key 0', 'key 1', 'key 2'])
      await query(
        `select case when $3 then millrace.pause_key($1, $2) else millrace.resume_key($1, $2) end`,
        [queue, key, random?.isOneOf(3) ?? false],
      );
}

async function drainAll(database: TestDatabase, { registry }: Victims): Promise<void> {
  if (registry === 'fair') await pauseSome(database, undefined);
  for (let left = 1; left > 0; ) {
    const summary = await (await startConsumer(database.url, registry)).run();
    expect(summary).toMatchObject({ stale: 0 });
    await expireLeases(database);
    await makeDue(database);
    left = (
      await database.query(
        `select from millrace.delivery union all select from millrace.parcel
         union all select from millrace.chord where ended_at is null`,
      )
    ).length;
  }
}

test.each<Victims>([
  { registry: 'killed', kills: isLong ? 500 : 50, isInChords: false },
  { registry: 'fair', kills: isLong ? 200 : 10, isInChords: true },
])(
  `$kills killed consumers lose nothing and end nothing twice: $registry (seed ${seed})`,
  {
    timeout: (isLong ? 500 : 50) * 10_000,
  },
  async (victims) => {
    const { kills } = victims;
    const random = seededRandom();
    const database = await setup(victims);
    await killSome(database, victims, random);
    await drainAll(database, victims);
    const { query } = database;

    await expectAllEndedOnce(database, kills * (victims.isInChords ? perKill + 1 : perKill));
    if (victims.isInChords) await expectAllFollowedOnce(database, kills);
    const lost = await query(`select from millrace.attempt_log where outcome = 'expired'`);
    expect(
      lost.length,
      'consumers were killed with something in their hands',
    ).toBeGreaterThanOrEqual(kills / 4);

    await expectGroupOrder(database);
  },
);

/** In a group nobody is handled before the one in front of it has ended. */
async function expectGroupOrder({ query }: TestDatabase): Promise<void> {
  const outOfOrder = await query(
    `select m.message_id from (
       select a.message_id, a.queue, a.finished_at,
         lead(a.message_id) over (partition by a.queue, l.group_key order by l.position) as next_id
       from millrace.attempt_log a
       join member l on l.message_id = a.message_id
       where a.outcome in ('done', 'dead')
     ) as m
     join trace t on t.message_id = m.next_id and t.queue = m.queue
     where t.at < m.finished_at`,
  );
  expect(outOfOrder, 'a group is handled in order').toEqual([]);
}

/** Each chord has ended, and one message has followed it, with what became of its members. */
async function expectAllFollowedOnce({ query }: TestDatabase, chords: number): Promise<void> {
  const followed = await query<{ told: object; became: object }>(
    `select f.headers - 'chord-id' as told, jsonb_build_object(
       'chord-done', count(*) filter (where not d.is_dead)::text,
       'chord-dead', count(*) filter (where d.is_dead)::text,
       'chord-cancelled', '0'
     ) as became
     from millrace.message f
     join millrace.chord c on c.id = (f.headers ->> 'chord-id')::uuid and c.follower_id = f.id
     join millrace.chord_members s on s.chord_id = c.id
     cross join lateral unnest(s.message_ids) as m(id)
     cross join lateral (
       select exists (select from millrace.dead_letter l where l.message_id = m.id) as is_dead
     ) as d
     group by f.id, f.headers`,
  );
  expect(followed).toHaveLength(chords);
  for (const { told, became } of followed) expect(told).toEqual(became);
  const followers = await query(`select from millrace.message where headers ? 'chord-id'`);
  expect(followers).toHaveLength(chords);
}
