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
});

/** A cursor as callers give it back. */
export const deadLetterCursor = z
  .string()
  .refine((cursor) => parseCursor(cursor), 'expected nextCursor of the page before');

/** The cursor for the page after this place. */
export function writeCursor(end: DeadLetterPosition): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** The place that a cursor stands for; undefined when the text is no cursor. */
export function parseCursor(cursor: string): DeadLetterPosition | undefined {
  return position.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString())).data;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Not a cursor, then.
  }
}
