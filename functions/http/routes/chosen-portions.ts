// A choice of dead letters in several databases: it goes through one after another, and the cursor says in which it goes on.

import type * as z from 'zod';
import { inPortions } from '#functions/http/spread/portions.ts';
import type { Spread } from '#functions/http/spread/spread.ts';
import type { deadLetterChoice } from './dead-letter-choice.ts';
import { beginningOf, parseCursor, writeCursor } from './dead-letter-cursor.ts';

interface Portion {
  readonly matched: number;
  readonly more: boolean;
  readonly nextCursor: string | null;
}

// An alias, so that the declaration of several.ts can spell it out.
type Chosen = {
  readonly body: z.output<typeof deadLetterChoice>;
};

export const inChosenPortions = <Answer extends Portion>(
  add: (before: Answer, answer: Answer) => Answer,
): Spread<Chosen, Answer> =>
  inPortions<Chosen, Answer>({
    limit: ({ body }) => body.limit,
    first: ({ body: { cursor } }) => (cursor && parseCursor(cursor)?.database) || 0,
    rest: ({ body: { cursor, ...body }, ...asked }, limit, isFirst) => ({
      ...asked,
      body: { ...body, limit, ...(isFirst && cursor !== undefined && { cursor }) },
    }),
    count: ({ matched }) => matched,
    add,
    // Letters that are named by ids have no place to go on from: those that were dealt with are no dead letters any more.
    goOn: (answer, number, { body }) =>
      body.ids ? answer : { ...answer, nextCursor: writeCursor(beginningOf(number)) },
  });
