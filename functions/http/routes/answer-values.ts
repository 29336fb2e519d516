// The values that several answers show: statuses, instants, errors, and whether there is more to do.
import * as z from 'zod';
import { attemptOutcomes, deliveryStatuses } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

export const deliveryStatus = z.enum(deliveryStatuses);
export const attemptOutcome = z.enum(attemptOutcomes);

/** An instant as Postgres writes it: ISO 8601 with microseconds and offset. */
export const moment = z.string().meta({ format: 'date-time' });
export const momentOrNull = moment.nullable();

/** Of a call that does at most so much at once. */
export const more = z.boolean().describe('Whether to call again for the rest.');

export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly cause?: ShownError;
  readonly errors?: readonly ShownError[];
}

export const shownErrorOrNull = z
  .object({
    name: z.string(),
    message: z.string(),
    code: z.union([z.string(), z.number()]).exactOptional().describe('Such as ECONNREFUSED.'),
    cause: z.unknown().exactOptional().describe('An error of the same form.'),
    errors: z
      .array(z.unknown())
      .exactOptional()
      .describe('Errors of the same form, for which this one stands.'),
  })
  .nullable();

/**
 * An error without its stack, which names files and lines of the deployment and stays in the database. A consumer in another
 * language may have recorded any JSON as its error; what is no error is shown as its text.
 */
export function shownError(error: unknown): ShownError | null {
  if (error === null || error === undefined) return null;
  const { name, message, code, cause, errors }: Partial<Record<keyof ErrorRecord, unknown>> =
    typeof error === 'object' ? error : {};
  const shownCause = shownError(cause);
  return {
    name: typeof name === 'string' ? name : 'NonError',
    message: typeof message === 'string' ? message : JSON.stringify(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(shownCause && { cause: shownCause }),
    ...(Array.isArray(errors) && { errors: errors.flatMap((each) => shownError(each) ?? []) }),
  };
}
