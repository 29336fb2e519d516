import * as z from 'zod';

/** A text to look for in the database, 1 to 200 characters. Postgres has no U+0000 in texts and would fail on it. */
export const text = z
  .string()
  .min(1)
  .max(200)
  .refine((given) => !given.includes('\0'), 'expected no U+0000');
