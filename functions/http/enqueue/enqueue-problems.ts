import type { ProblemKind } from '#functions/http/problem.ts';

/** What may be wrong with messages. */
export const enqueueProblems: readonly ProblemKind[] = [
  'type-not-allowed',
  'idempotency-conflict',
  'payload-too-large',
  'unknown-type',
  'invalid-message',
  'queue-full',
];
