// The words for where a delivery stands, and for how an attempt ended.
import * as z from 'zod';

export const deliveryStatus = z.enum([
  'pending',
  'scheduled',
  'blocked',
  'processing',
  'done',
  'dead',
  'cancelled',
]);

export const attemptOutcome = z.enum(['done', 'retry', 'dead', 'snooze', 'expired', 'cancelled']);

export const moment = z.string().meta({ format: 'date-time' });
export const momentOrNull = moment.nullable();
