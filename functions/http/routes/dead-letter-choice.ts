// Which dead letters a caller means: a filter, the same in a query as in a body, and the choice that a redrive or a
// discard needs. All of them are never meant by an oversight: that takes an empty filter, written out.
import * as z from 'zod';
import { type Fault, faultAt } from '#functions/http/fault.ts';
import { instant } from '#functions/http/read/instant.ts';
import { text } from '#functions/http/read/text.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { DeadLetterSelection } from '#queue/operate/dead-letters.ts';
import { deadLetterCursor, positionIn } from './dead-letter-cursor.ts';

/** What a letter died of. */
export const fingerprint = z.string().regex(/^[\da-f]{16}$/, 'expected 16 hexadecimal digits');

export const deadLetterFilter = z.strictObject({
  queue: text.exactOptional(),
  type: text.exactOptional(),
  before: instant.exactOptional().describe('Died before this instant.'),
  after: instant.exactOptional().describe('Died at this instant or later.'),
  error: text.exactOptional().describe("Text in the error's message, in any case."),
  fingerprint: fingerprint.exactOptional().describe('As letters and groups have it.'),
});

export const deadLetterChoice = z.strictObject({
  ids: z
    .array(uuid)
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('Of messages. With a filter, too: those that fit both.'),
  filter: deadLetterFilter.exactOptional().describe('Empty: all.'),
  limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe('Of one call: queue by queue, in each the oldest first.'),
  cursor: deadLetterCursor.exactOptional().describe('nextCursor of the answer before.'),
  dryRun: z.boolean().default(false).describe('Count, as far as the limit, and change nothing.'),
});

type Choice = z.output<typeof deadLetterChoice>;

/** What the schema cannot express: that there must be ids or a filter. */
export function choiceFaults({ ids, filter }: Choice): Fault[] {
  if (ids || filter) return [];
  return [faultAt('', 'invalid_field', 'expected ids or a filter; an empty filter means all')];
}

/** The choice as the engine takes it. */
export function selectionOf(
  { ids, filter, limit, dryRun, cursor }: Choice,
  actor: string,
): DeadLetterSelection {
  return {
    ...{ filter: { ...filter, ...(ids && { ids }) }, limit, dryRun, actor },
    cursor: cursor === undefined ? undefined : positionIn(cursor),
  };
}
