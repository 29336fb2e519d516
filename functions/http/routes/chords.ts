// The routes of chords that are stored: which are open, how far one is, and cancelling it.
import * as z from 'zod';
import type { CancelledChord, ChordStatus, OpenChord } from '#client/chord-answers.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { Route } from '#functions/http/route.ts';
import { cancelChord, chordStatus, openChords } from '#queue/operate/chords.ts';
import { moment, momentOrNull } from './answer-values.ts';
import { exampleId, exampleInstant, exampleMessage } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor, pageCursor, pageParameters } from './page-cursor.ts';
import { inPages, whereItIs } from './spread.ts';

const missing = 'No chord has this id, or it is kept no longer.';

/** The id of the last chord of the page. */
const cursors = pageCursor(uuid);

const refusal = z
  .object({ code: z.string(), reason: z.string() })
  .nullable()
  .describe('Why the message that follows cannot be enqueued, which keeps the chord open.');

const openChord = z.object({
  id: z.string(),
  createdAt: moment,
  members: z
    .int()
    .describe('How many messages have joined it; of more than 1000 at least so many.'),
  ended: z.int().describe('How many of them drains have counted as ended so far.'),
  dead: z.int().describe('How many of those have died in a queue.'),
  waitsFor: z
    .string()
    .describe('A member that had not ended when a drain looked last, or the last that had.'),
  followedBy: z.object({ type: z.string() }),
  refusal,
}) satisfies z.ZodType<OpenChord>;

const chordAnswer = z.object({
  id: z.string(),
  status: z.enum(['open', 'ended', 'cancelled']),
  createdAt: moment,
  endedAt: momentOrNull,
  members: z.int().describe('How many messages have joined it.'),
  live: z.int().describe('How many of them have not ended.'),
  done: z.int(),
  dead: z.int(),
  cancelled: z.int(),
  isExact: z
    .boolean()
    .describe('False when there were too many to look at: some that count as live may have ended.'),
  followedBy: z.object({
    type: z.string(),
    id: z.string().nullable().describe('Null until all members have ended.'),
  }),
  refusal,
}) satisfies z.ZodType<ChordStatus>;

export const keptChordRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/chords',
    summary: 'Lists the chords that are open, mostly the oldest first.',
    scope: 'read',
    spread: inPages('chords'),
    query: z.strictObject(pageParameters(cursors.form)),
    answer: z.object({ items: z.array(openChord), nextCursor }),
    example: {
      answer: {
        items: [
          {
            ...{ id: exampleId, createdAt: exampleInstant, members: 3, ended: 2, dead: 1 },
            ...{ waitsFor: exampleId, followedBy: { type: exampleMessage.type }, refusal: null },
          },
        ],
        nextCursor: null,
      },
    },
    run: async (database, { query: { limit, cursor } }) => {
      const from = cursor === undefined ? undefined : cursors.read(cursor);
      const page = await openChords(database, { limit, cursor: from });
      return { ...page, nextCursor: page.nextCursor && cursors.write(page.nextCursor) };
    },
  }),
  operatorRoute({
    method: 'GET',
    path: '/v1/chords/{id}',
    summary: 'Tells how many members of a chord have ended, and how.',
    scope: 'read',
    answer: chordAnswer,
    example: {
      answer: {
        ...{ id: exampleId, status: 'open', createdAt: exampleInstant, endedAt: null },
        ...{ members: 3, live: 1, done: 1, dead: 1, cancelled: 0, isExact: true },
        ...{ followedBy: { type: exampleMessage.type, id: null }, refusal: null },
      },
    },
    spread: whereItIs,
    missing,
    run: (database, { target }) => chordStatus(database, target),
  }),
  operatorRoute({
    method: 'DELETE',
    path: '/v1/chords/{id}',
    summary:
      'Cancels a chord, so that nothing follows it, and of its members what nobody has started.',
    scope: 'operate',
    answer: z.object({
      cancelled: z.int().describe('How many deliveries this call has cancelled.'),
      more: z.boolean().describe('Whether members are left: call again.'),
    }) satisfies z.ZodType<CancelledChord>,
    example: { answer: { cancelled: 2, more: false } },
    spread: whereItIs,
    missing,
    run: (database, { target, actor }) => cancelChord(database, target, actor),
  }),
];
