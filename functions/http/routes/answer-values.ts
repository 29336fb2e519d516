// An error as answers show it: without its stack, which the database keeps for those who look there.
import * as z from 'zod';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly cause?: ShownError;
}

export const shownErrorOrNull = z
  .object({ name: z.string(), message: z.string(), cause: z.unknown().exactOptional() })
  .nullable();

export function shownError(error: ErrorRecord | null): ShownError | null {
  if (!error) return null;
  const { name, message, cause } = error;
  const shown = cause && shownError(cause);
  return { name, message, ...(shown && { cause: shown }) };
}
