// GET /v1/dead-letters: a page of them, newest first.
import * as z from 'zod';
import { deadLetters } from '#queue/operate/dead-letters.ts';
import { shownError, shownErrorOrNull } from './answer-values.ts';
import { parseCursor, writeCursor } from './dead-letter-cursor.ts';
import { deadLetterFilter } from './dead-letter-filter.ts';
import { moment } from './delivery-status.ts';
import { exampleId, exampleInstant, exampleMessage } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';

const letter = z.object({
  messageId: z.string(),
  queue: z.string(),
  type: z.string(),
  error: shownErrorOrNull,
  attempts: z.int(),
  diedAt: moment,
});

export const getDeadLetters = operatorRoute({
  method: 'GET',
  path: '/v1/dead-letters',
  summary: 'Lists dead letters, newest first.',
  scope: 'read',
  query: deadLetterFilter.extend({
    limit: z.int().min(1).max(200).default(50),
    cursor: z
      .string()
      .refine(parseCursor, 'expected nextCursor of the page before')
      .exactOptional()
      .describe('nextCursor of the page before.'),
  }),
  answer: z.object({
    items: z.array(letter),
    nextCursor: z.string().nullable().describe('Null after the last page.'),
  }),
  example: {
    answer: {
      items: [
        {
          messageId: exampleId,
          queue: 'payments',
          type: exampleMessage.type,
          error: { name: 'Rejected', message: 'the card was declined' },
          attempts: 1,
          diedAt: exampleInstant,
        },
      ],
      nextCursor: null,
    },
  },
  run: async (database, { query: { limit, cursor, ...filter } }) => {
    const from = cursor === undefined ? undefined : parseCursor(cursor);
    const page = await deadLetters(database, filter, { limit, cursor: from });
    return {
      items: page.items.map((item) => ({ ...item, error: shownError(item.error) })),
      nextCursor: page.nextCursor && writeCursor(page.nextCursor),
    };
  },
});
