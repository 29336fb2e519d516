// Chords as drains end them, in the rhythm of ticks and of wake-ups.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { reject } from '#queue/declare/ways-out.ts';
import type { ChordFigure } from '#queue/drain/figures.ts';
import { cancelMessage } from '#queue/operate/cancel.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { numbered } from '#test/support/numbered.ts';
import { intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { Chords } from '#test/support/sql/chords.ts';

const imported = defineMessageType({ name: 'test.imported', payload: z.string() });

/** A queue of lines, of which number 0 is followed by one that joins the chord, and one of what follows. */
async function setup() {
  const followed: Readonly<Record<string, string>>[] = [];
  const chordId = uuidV7();
  const queues = await openQueues(
    defineQueue({
      name: 'lines',
      policy: { maxAttempts: 1 },
      subscriptions: [
        on(numbered, ({ payload }, { enqueue }) => {
          if (payload.n === 0) enqueue(numbered, { n: 9 }, { chordId });
          if (payload.n === 1) reject('a bad line');
        }),
      ],
    }),
    defineQueue({
      name: 'ends',
      subscriptions: [on(imported, ({ headers }) => void followed.push(headers))],
    }),
  );
  const chords = new Chords(queues.query);
  const enqueue = async (numbers: readonly number[], more: object = {}) => {
    const messages = numbers.map((n) => ({
      id: uuidV7(),
      type: numbered.name,
      payload: { n },
      ...more,
    }));
    const followedBy = { type: imported.name, payload: 'lines.csv' };
    await chords.enqueue({ id: chordId, messages, followedBy });
    return messages.map(({ id }) => id);
  };
  return { ...queues, chords, followed, enqueue, id: chordId };
}

const counts = (id: string, [done, dead, cancelled]: [number, number, number]) => ({
  'chord-id': id,
  'chord-done': String(done),
  'chord-dead': String(dead),
  'chord-cancelled': String(cancelled),
});

test('ends in the drain that settles its last member, which handles what follows, too', async () => {
  const { enqueue, drain, followed, id } = await setup();
  await enqueue([0, 1, 2]);
  expect(await drain()).toMatchObject({ claimed: 5, done: 4, dead: 1 });
  expect(followed).toEqual([counts(id, [3, 1, 0])]);
});

test('ends in the next drain when an operator has ended its last member', async () => {
  const { enqueue, drain, followed, id, database } = await setup();
  const [waiting] = await enqueue([2], { delaySeconds: 3600 });
  expect(await drain()).toMatchObject({ claimed: 0 });
  await cancelMessage(database, waiting as string, 'test');
  expect(await drain()).toMatchObject({ claimed: 1, done: 1 });
  expect(followed).toEqual([counts(id, [0, 0, 1])]);
});

test('lets a deployment that sleeps wake up when it can end, and not before', async () => {
  const { enqueue, drain, query, database } = await setup();
  const [waiting] = await enqueue([2], { delaySeconds: 3600 });
  const due: (number | null)[] = [];
  const arm = async ({ now, dueAt }: { now: string; dueAt: string | null }) =>
    void due.push(dueAt === null ? null : Date.parse(dueAt) - Date.parse(now));
  await drain({ arm });
  expect(due.at(-1)).toBeGreaterThan(3_500_000);
  await cancelMessage(database, waiting as string, 'test');
  const [answer] = await query(
    `select (d ->> 'dueAt')::timestamptz <= (d ->> 'now')::timestamptz as "isDue" from millrace.next_due('{lines}') as d`,
  );
  expect(answer).toEqual({ isDue: true });
  await drain({ arm });
  expect(due.at(-1)).toBeNull();
});

test('is followed once although answers are lost', async () => {
  const { enqueue, drain, followed, database } = await setup();
  await enqueue([2]);
  await drain({ database: loseAnswers(database, 'sweep_chords', 3) });
  await drain();
  expect(followed).toHaveLength(1);
});

test('is ended by the drain after one whose sweep has failed, which drains all the same', async () => {
  const { enqueue, drain, followed, database } = await setup();
  await enqueue([2]);
  const refused = Object.assign(new Error('no'), { code: 'XX000' });
  const failing = intercept(database, async ({ text }, run) => {
    if (text.includes('sweep_chords')) throw refused;
    return run();
  });
  await expect(drain({ database: failing })).rejects.toThrow('no');
  expect(await drain()).toMatchObject({ done: 1 });
  expect(followed).toHaveLength(1);
});

test('costs a drain nothing where no chord is open', async () => {
  const { drain, database, enqueueNumbers } = await setup();
  await enqueueNumbers(3);
  const texts: string[] = [];
  await drain({
    database: intercept(database, ({ text }, run) => {
      texts.push(text);
      return run();
    }),
  });
  expect(texts.filter((text) => text.includes('chord'))).toEqual([]);
});

test('is told of in the figures of drains for as long as it is open, and why it stays so', async () => {
  const { enqueue, drain, query, database } = await setup();
  const figures: Partial<Record<ChordFigure, number>>[] = [];
  const watched = () =>
    drain({ onFigures: ({ chords }) => figures.push(Object.fromEntries(chords)) });
  const [waiting] = await enqueue([2], { delaySeconds: 3600 });
  await query(`update millrace.chord set created_at = created_at - interval '1 hour'`);
  await watched();
  await query(`update millrace.message_type set is_declared = false where name = $1`, [
    imported.name,
  ]);
  await cancelMessage(database, waiting as string, 'test');
  await watched();
  await query('update millrace.message_type set is_declared = true');
  await watched();
  await watched();
  const hour = expect.closeTo(3_600, -2);
  expect(figures).toEqual([
    { ChordsOpen: 1, ChordsEnded: 0, ChordsRefused: 0, OldestChord: hour },
    { ChordsOpen: 1, ChordsEnded: 0, ChordsRefused: 1, OldestChord: hour },
    { ChordsOpen: 0, ChordsEnded: 1, ChordsRefused: 0, OldestChord: 0 },
    {},
  ]);
});
