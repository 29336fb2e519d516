import * as z from 'zod';
import { hasDay, instantForm } from '#queue/declare/instant.ts';

/** An instant in ISO 8601 with its offset, such as 2026-03-01T08:30:00+01:00. */
export const instant = z
  .string()
  .regex(instantForm, { error: 'expected an ISO 8601 instant with offset', abort: true })
  .refine(hasDay, 'expected a day that the calendar has')
  .meta({ format: 'date-time' });
