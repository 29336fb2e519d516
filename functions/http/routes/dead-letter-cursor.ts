// Where a page of dead letters ends, as callers carry it: a text that is none of their business.
import * as z from 'zod';
import { instant } from '#functions/http/read/instant.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { DeadLetterPosition } from '#queue/operate/dead-letters.ts';

const position = z.object({
  diedAt: instant,
  messageId: uuid,
  queueId: z.int().min(0).max(32_767),
});

export function writeCursor(end: DeadLetterPosition): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** Undefined when it is none that was ever given. */
export function parseCursor(cursor: string): DeadLetterPosition | undefined {
  return position.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString())).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a cursor, then.
  }
}
