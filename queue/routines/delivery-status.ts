// The words that SQL has for where a delivery stands and for how an attempt ended: as types for callers, as lists for
// what describes or checks answers.

/** Where one delivery can stand; docs/lifecycle.md explains each. */
export type DeliveryStatus =
  | 'pending'
  | 'scheduled'
  | 'blocked'
  | 'processing'
  | 'relayed'
  | 'done'
  | 'dead'
  | 'cancelled';

export const deliveryStatuses = [
  'pending',
  'scheduled',
  'blocked',
  'processing',
  'relayed',
  'done',
  'dead',
  'cancelled',
] as const satisfies readonly DeliveryStatus[];

/**
 * How one attempt can have ended; `expired` is one whose consumer has died, and `relayed`, numbered 0, is none of a handler:
 * it says that SQS has accepted the delivery.
 */
export type AttemptOutcome =
  | 'done'
  | 'retry'
  | 'dead'
  | 'snooze'
  | 'expired'
  | 'cancelled'
  | 'relayed';

export const attemptOutcomes = [
  'done',
  'retry',
  'dead',
  'snooze',
  'expired',
  'cancelled',
  'relayed',
] as const satisfies readonly AttemptOutcome[];
