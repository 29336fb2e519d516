// The values that several answers show: statuses, instants, errors, and whether there is more to do.
import * as z from 'zod';
import type { ShownError } from '#client/common-answers.ts';
import { attemptOutcomes, deliveryStatuses } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

export const deliveryStatus = z.enum(deliveryStatuses);
export const attemptOutcome = z.enum(attemptOutcomes);

/** An instant as Postgres writes it: ISO 8601 with microseconds and offset. */
export const moment = z.string().meta({ format: 'date-time' });
export const momentOrNull = moment.nullable();

/** Of a call that does at most so much at once. */
export const more = z.boolean().describe('Whether to call again for the rest.');

// A schema that contains itself would need definitions of its own in the API's description.
const sameForm = z.unknown() as z.ZodType<ShownError>;

export const shownErrorOrNull = z
  .object({
    name: z.string(),
    message: z.string(),
    code: z.union([z.string(), z.number()]).exactOptional().describe('Such as ECONNREFUSED.'),
    cause: sameForm.exactOptional().describe('An error of the same form.'),
    errors: z
      .array(sameForm)
      .exactOptional()
      .describe('Errors of the same form, for which this one stands.'),
    stack: z.string().exactOptional().describe('For callers with the scope "operate" alone.'),
  })
  .nullable();

/**
 * An error as it was recorded. Its stack names files and lines of the deployment: it is for those who operate this. A consumer in
 * another language may have recorded any JSON as its error; what is no error is shown as its text.
 */
export function shownError(error: unknown, withStack: boolean): ShownError | null {
  if (error === null || error === undefined) return null;
  const recorded: Partial<Record<keyof ErrorRecord, unknown>> =
    typeof error === 'object' ? error : {};
  const { name, message, code, cause, errors, stack } = recorded;
  const shownCause = shownError(cause, withStack);
  return {
    name: typeof name === 'string' ? name : 'NonError',
    message: typeof message === 'string' ? message : JSON.stringify(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(shownCause && { cause: shownCause }),
    ...(Array.isArray(errors) && {
      errors: errors.flatMap((each) => shownError(each, withStack) ?? []),
    }),
    ...(withStack && typeof stack === 'string' && { stack }),
  };
}
