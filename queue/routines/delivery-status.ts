// The words that SQL has for where a delivery stands and for how an attempt ended: as types for callers, as lists for
// what describes or checks answers.

/** Where one delivery can stand; docs/lifecycle.md explains each. */
export const deliveryStatuses = [
  'pending',
  'scheduled',
  'blocked',
  'processing',
  'done',
  'dead',
  'cancelled',
] as const;

export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** How one attempt can have ended. */
export const attemptOutcomes = ['done', 'retry', 'dead', 'snooze', 'expired', 'cancelled'] as const;

export type AttemptOutcome = (typeof attemptOutcomes)[number];
