// The call that enqueues a chord, made again since its answer was lost.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords, chordOf, claimedChord } from '#test/support/sql/chords.ts';
import { connectAs } from '#test/support/sql/connect.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { done } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);

test('answers as before, also after the end, and adds nothing', async () => {
  const { queue, chord, deliveries } = await claimedChord(db, 3);
  expect((await chords.enqueue(chord)).enqueued.map(({ id }) => id)).toEqual(
    chord.messages.map(({ id }) => id),
  );
  await queue.settle(...deliveries.map((each) => done(each)));
  expect(await chords.sweep()).toBe(1);
  expect(await chords.enqueue(chord)).toMatchObject({ id: chord.id });
  expect(await chords.show(chord.id)).toMatchObject({ members: 3, status: 'ended' });
});

test('is refused by another login, and an hour later', async () => {
  const { chord } = await claimedChord(db, 1);
  const refused = { code: 'MR004', index: 0, pointer: '' };
  const other = chords.on(await connectAs(db, 'millrace_producer'));
  expect(await refusalOf(other.enqueue(chord))).toMatchObject(refused);
  await db.query(
    `update millrace.chord set created_at = created_at - interval '1 hour' where id = $1`,
    [chord.id],
  );
  expect(await refusalOf(chords.enqueue(chord))).toMatchObject(refused);
});

test('is refused with other messages, or another that follows', async () => {
  const { queue, chord } = await claimedChord(db, 1);
  const others = [
    { ...chord, messages: [...chord.messages, ...chordOf(queue, [{}]).messages] },
    chordOf(queue, chord.messages, { payload: 'another' }),
    { ...chord, messages: [{ type: queue.type }] },
  ].map((other) => ({ ...other, id: chord.id }));
  for (const other of others)
    expect(await refusalOf(chords.enqueue(other))).toMatchObject({ code: 'MR004' });
  expect(await chords.show(chord.id)).toMatchObject({ members: 1 });
});

test('is refused with fewer messages, also where one that has joined makes up for them', async () => {
  const { queue, chord } = await claimedChord(db, 3);
  const [joined] = await queue.enqueueMany([{ id: uuidV7(), chordId: chord.id }]);
  const fewer = chord.messages.slice(1);
  for (const messages of [fewer, [...fewer, { id: joined?.id, type: queue.type }]])
    expect(await refusalOf(chords.enqueue({ ...chord, messages }))).toMatchObject({
      code: 'MR004',
    });
  const inAnotherOrder = { ...chord, messages: chord.messages.toReversed() };
  expect((await chords.enqueue(inAnotherOrder)).enqueued).toHaveLength(3);
  expect(await chords.show(chord.id)).toMatchObject({ members: 4 });
});
