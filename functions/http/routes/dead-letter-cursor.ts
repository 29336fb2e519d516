// The cursor of a page of dead letters: the place where the page ends, as a text that callers hand back unread. It is
// not signed, since a made-up place shows nothing that the caller may not see, but it is checked like all input.
import * as z from 'zod';
import { instant } from '#functions/http/read/instant.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { DeadLetterPosition } from '#queue/operate/dead-letters.ts';
import { parseJson } from '#queue/parse-json.ts';

const position = z.object({
  diedAt: instant,
  messageId: uuid,
  queueId: z.int().min(0).max(32_767),
  /** Of several databases the one in which the next call begins, when it is not the first. */
  database: z.int().min(0).max(255).exactOptional(),
});

type Place = DeadLetterPosition & { readonly database?: number };

/** Before all letters of a database, in the order in which they are redriven. */
export const beginningOf = (database: number): Place => ({
  diedAt: '1970-01-01T00:00:00Z',
  messageId: '00000000-0000-0000-0000-000000000000',
  queueId: 0,
  database,
});

/** A cursor as callers give it back. */
export const deadLetterCursor = z
  .string()
  .refine((cursor) => parseCursor(cursor), 'expected nextCursor of the page before');

/** The cursor for the page after this place. */
export function writeCursor(end: Place): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** The place that a cursor stands for; undefined when the text is no cursor. */
export function parseCursor(cursor: string): Place | undefined {
  return position.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString())).data;
}

/** The same as the engine takes it, which knows of one database alone. */
export function positionIn(cursor: string): DeadLetterPosition | undefined {
  const { database: _, ...end } = parseCursor(cursor) ?? {};
  return 'diedAt' in end ? end : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Not a cursor, then.
  }
}
