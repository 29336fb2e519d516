// Which dead letters a redrive or a discard is for. Never all of them by an oversight: that takes an empty filter.
import * as z from 'zod';
import { type Fault, faultAt } from '#functions/http/fault.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { DeadLetterSelection } from '#queue/operate/dead-letters.ts';
import { deadLetterFilter } from './dead-letter-filter.ts';

export const deadLetterChoice = z.strictObject({
  ids: z
    .array(uuid)
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('Of messages. With a filter, too: those that fit both.'),
  filter: deadLetterFilter.exactOptional().describe('Empty: all.'),
  limit: z.int().min(1).max(10_000).default(1_000).describe('The newest first.'),
  dryRun: z.boolean().default(false).describe('Count, and change nothing.'),
});

type Choice = z.output<typeof deadLetterChoice>;

export function choiceFaults({ ids, filter }: Choice): Fault[] {
  if (ids || filter) return [];
  return [faultAt('', 'invalid_field', 'expected ids or a filter; an empty filter means all')];
}

export function selectionOf(
  { ids, filter, limit, dryRun }: Choice,
  actor: string,
): DeadLetterSelection {
  return { filter: { ...filter, ...(ids && { ids }) }, limit, dryRun, actor };
}
