// The cursor of a page: the place where the page ends, as a text that callers hand back unread. It is not signed, since a made-up
// place shows nothing that the caller may not see, but it is checked like all input.
import * as z from 'zod';

interface PageCursor {
  /** A cursor as callers give it back. */
  readonly form: z.ZodString;
  write(place: string): string;
  /** The place that a cursor of this form stands for. */
  read(cursor: string): string;
}

/** For places of one form, each of which is a text to the engine. */
export function pageCursor(place: z.ZodType<string>): PageCursor {
  const read = (cursor: string) => Buffer.from(cursor, 'base64url').toString();
  return {
    form: z
      .string()
      .max(200)
      .refine(
        (cursor) => place.safeParse(read(cursor)).success,
        'expected nextCursor of the page before',
      ),
    write: (found) => Buffer.from(found).toString('base64url'),
    read,
  };
}

/** As the answers of lists have it. */
export const nextCursor = z
  .string()
  .nullable()
  .describe('Null after the last page. A page may have few items, or none, before the last.');

/** What a list is asked for, beside its filter. */
export const pageParameters = (cursor: z.ZodString) => ({
  limit: z.int().min(1).max(200).default(50),
  cursor: cursor.exactOptional().describe('nextCursor of the page before.'),
});
