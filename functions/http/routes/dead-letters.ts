// The routes of dead letters: listing them, sending them round again, giving them up.
import * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import {
  type DeadLetterPosition,
  deadLetters,
  discardDeadLetters,
  redriveDeadLetters,
} from '#queue/operate/dead-letters.ts';
import { moment, more, shownError, shownErrorOrNull } from './answer-values.ts';
import {
  choiceFaults,
  deadLetterChoice,
  deadLetterFilter,
  fingerprint,
  selectionOf,
} from './dead-letter-choice.ts';
import { deadLetterCursor, parseCursor, writeCursor } from './dead-letter-cursor.ts';
import {
  exampleFingerprint,
  exampleId,
  exampleInstant,
  exampleMessage,
} from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor as nextOfPage, pageParameters } from './page-cursor.ts';
import { inAll, inPages } from './spread.ts';

const count = z.int().min(0);
const nextCursor = z
  .string()
  .nullable()
  .describe('For the next call when there is more; null for letters named by ids.');

export const deadLetter = z.object({
  messageId: z.string(),
  queue: z.string(),
  type: z.string(),
  error: shownErrorOrNull,
  attempts: z.int(),
  diedAt: moment,
  fingerprint: fingerprint.describe(
    'Of its error: the same for letters that differ in numbers and ids alone.',
  ),
});

const exampleLetter = {
  messageId: exampleId,
  queue: 'payments',
  type: exampleMessage.type,
  error: { name: 'Error', message: 'the bank did not answer', code: 'ECONNREFUSED' },
  attempts: 1,
  diedAt: exampleInstant,
  fingerprint: exampleFingerprint,
};

const exampleCursor = writeCursor({ diedAt: exampleInstant, messageId: exampleId, queueId: 1 });

/** Positions are the engine's; callers get them as texts. Those of database 0, as of the only one, do not name it. */
const withCursor = <Answer extends { readonly nextCursor: DeadLetterPosition | null }>(
  { nextCursor: end, ...answer }: Answer,
  { number }: { readonly number: number },
) => ({
  ...answer,
  nextCursor: end && writeCursor(number ? { ...end, database: number } : end),
});

export const deadLetterRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/dead-letters',
    summary: 'Lists dead letters, newest first.',
    scope: 'read',
    spread: inPages('letters'),
    query: deadLetterFilter.extend({
      ...pageParameters(deadLetterCursor),
    }),
    answer: z.object({
      items: z.array(deadLetter),
      nextCursor: nextOfPage,
    }),
    example: { answer: { items: [exampleLetter], nextCursor: null } },
    run: async (database, { query: { limit, cursor, ...filter }, isOperator }) => {
      const from = cursor === undefined ? undefined : parseCursor(cursor);
      const page = await deadLetters(database, filter, { limit, cursor: from });
      return {
        items: page.items.map((item) => ({ ...item, error: shownError(item.error, isOperator) })),
        nextCursor: page.nextCursor && writeCursor(page.nextCursor),
      };
    },
  }),
  operatorRoute({
    method: 'DELETE',
    path: '/v1/dead-letters',
    summary: 'Gives dead letters up for good; their messages are kept.',
    scope: 'operate',
    spread: inAll('discard'),
    body: deadLetterChoice,
    answer: z.object({ matched: count, discarded: count, more, nextCursor }),
    example: {
      body: { ids: [exampleId], dryRun: true },
      answer: { matched: 1, discarded: 0, more: false, nextCursor: null },
    },
    isOnceOnly: true,
    faults: ({ body }) => choiceFaults(body),
    run: async (database, { body, actor, number }) =>
      withCursor(await discardDeadLetters(database, selectionOf(body, actor)), { number }),
  }),
  operatorRoute({
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    summary: 'Sends dead letters round again, with all their attempts before them.',
    scope: 'operate',
    spread: inAll('redrive'),
    body: deadLetterChoice,
    answer: z.object({ matched: count, redriven: count, more, nextCursor }),
    example: {
      body: { filter: { queue: 'payments' } },
      answer: { matched: 1000, redriven: 1000, more: true, nextCursor: exampleCursor },
    },
    isOnceOnly: true,
    faults: ({ body }) => choiceFaults(body),
    run: async (database, { body, actor, number }) =>
      withCursor(await redriveDeadLetters(database, selectionOf(body, actor)), { number }),
  }),
];
