// What an open chord has not counted is kept, and a chord goes some time after its end.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords, chordOf } from '#test/support/sql/chords.ts';
import { declareQueue, done } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);

/** An id of two years ago, in a week that has its partitions. */
async function oldId(): Promise<string> {
  const time = Date.now() - 730 * 86_400_000;
  await db.query(
    `select millrace.make_partition(parent, starts, starts + interval '7 days')
     from (values (date_trunc('week', to_timestamp($1::float8 / 1000), 'UTC'))) as week(starts),
       unnest(array['message', 'attempt', 'done_attempts']) as parent`,
    [time],
  );
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${uuidV7().slice(13)}`;
}

const kept = async (id: string) =>
  (await db.query('select from millrace.message where id = $1', [id])).length === 1;
const maintain = () => db.query('select millrace.maintain()');

test('a member that has ended is kept until its chord has counted it', async () => {
  const queue = await declareQueue(db);
  const old = await oldId();
  // Behind one that is live, so that no sweep comes to it.
  const early = '01800000-0000-7000-8000-000000000001';
  const chord = chordOf(queue, [{ id: early, delaySeconds: 60 }, { id: old }]);
  await chords.enqueue(chord);
  await queue.settle(done(await queue.claimOne()));
  expect(await chords.sweep()).toBe(0);
  await maintain();
  await db.query(`update millrace.message_type set retention_days = 1 where name = $1`, [
    queue.type,
  ]);
  await maintain();
  expect(await kept(old)).toBe(true);

  await queue.makeDue();
  await queue.settle(done(await queue.claimOne()));
  expect(await chords.sweep()).toBe(1);
  expect(await chords.show(chord.id)).toMatchObject({ done: 2 });
  await maintain();
  expect(await kept(old)).toBe(false);
  expect(await kept((await chords.show(chord.id)).followedBy.id as string)).toBe(true);
});

test('a chord goes when it ended longer ago than messages are kept by default', async () => {
  const queue = await declareQueue(db);
  const [old, young, open] = [1, 2, 3].map(() => chordOf(queue, [{}, {}]));
  for (const chord of [old, young, open]) await chords.enqueue(chord as object);
  await chords.cancel(old?.id as string);
  await chords.cancel(young?.id as string);
  await db.query(
    `update millrace.chord set created_at = created_at - interval '2 years',
       ended_at = ended_at - interval '31 days' where id in ($1, $2)`,
    [old?.id, open?.id],
  );
  await maintain();
  expect(await chords.show(old?.id as string)).toBeNull();
  for (const chord of [young, open]) expect(await chords.show(chord?.id as string)).toBeTruthy();
  const rows = 'select count(*)::int as count from millrace.chord_members where chord_id = $1';
  expect(await db.query(rows, [old?.id])).toEqual([{ count: 0 }]);
  // One, or two where its members were made in two spans of ids.
  expect(await db.query(rows, [young?.id])).not.toEqual([{ count: 0 }]);
});
