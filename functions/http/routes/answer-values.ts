// The values that several answers show: statuses, instants and errors.
import * as z from 'zod';
import { attemptOutcomes, deliveryStatuses } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

export const deliveryStatus = z.enum(deliveryStatuses);
export const attemptOutcome = z.enum(attemptOutcomes);

/** An instant as Postgres writes it: ISO 8601 with microseconds and offset. */
export const moment = z.string().meta({ format: 'date-time' });
export const momentOrNull = moment.nullable();

export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly cause?: ShownError;
}

export const shownErrorOrNull = z
  .object({ name: z.string(), message: z.string(), cause: z.unknown().exactOptional() })
  .nullable();

/** An error without its stack. The stack names files and lines of the deployment; it stays in the database. */
export function shownError(error: ErrorRecord | null): ShownError | null {
  if (!error) return null;
  const { name, message, cause } = error;
  const shown = cause && shownError(cause);
  return { name, message, ...(shown && { cause: shown }) };
}
