// Instants of time as callers write them.
import * as z from 'zod';

// No place on earth has an offset beyond 14 hours, and Postgres has no year 0. What passes here Postgres can read.
const form =
  /^(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An instant in ISO 8601 with its offset, such as 2026-03-01T08:30:00+01:00. */
export const instant = z
  .string()
  .regex(form, { error: 'expected an ISO 8601 instant with offset', abort: true })
  .refine((text) => isDay(text.slice(0, 10)), 'expected a day that the calendar has')
  .meta({ format: 'date-time' });

// JavaScript reads the 30th of February as a day in March, so the day is compared with what was read.
function isDay(text: string): boolean {
  return new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) ?? false;
}
