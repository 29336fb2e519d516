// The words that SQL has for where a delivery stands and for how an attempt ended: as types for callers, as lists for
// what describes or checks answers.

/** Where one delivery can stand; docs/lifecycle.md explains each. */
export type DeliveryStatus =
  | 'pending'
  | 'scheduled'
  | 'blocked'
  | 'processing'
  | 'done'
  | 'dead'
  | 'cancelled';

export const deliveryStatuses = [
  'pending',
  'scheduled',
  'blocked',
  'processing',
  'done',
  'dead',
  'cancelled',
] as const satisfies readonly DeliveryStatus[];

/** How one attempt can have ended; `expired` is one whose consumer has died. */
export type AttemptOutcome = 'done' | 'retry' | 'dead' | 'snooze' | 'expired' | 'cancelled';

export const attemptOutcomes = [
  'done',
  'retry',
  'dead',
  'snooze',
  'expired',
  'cancelled',
] as const satisfies readonly AttemptOutcome[];
