import * as z from 'zod';

/** Text to look for in the database: Postgres has no U+0000. */
export const text = z
  .string()
  .min(1)
  .max(200)
  .refine((given) => !given.includes('\0'), 'expected no U+0000');
