// Instants as callers write them.
import * as z from 'zod';

// Offsets beyond 14 hours exist nowhere, and Postgres has no year 0.
const form =
  /^(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An ISO 8601 instant with offset. */
export const instant = z
  .string()
  .regex(form, { error: 'expected an ISO 8601 instant with offset', abort: true })
  .refine((text) => isDay(text.slice(0, 10)), 'expected a day that the calendar has')
  .meta({ format: 'date-time' });

// JavaScript takes the 30th of February for a day in March.
function isDay(text: string): boolean {
  return new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) ?? false;
}
