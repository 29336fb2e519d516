// How one claim of one delivery ended: what settle takes.

import type { NewMessage } from './enqueue.ts';
import type { ErrorRecord } from './error-record.ts';

interface Claim {
  readonly id: string;
  readonly token: string;
}

export type Result = Claim &
  (
    | { readonly outcome: 'done'; readonly ms: number; readonly enqueue?: readonly NewMessage[] }
    | { readonly outcome: 'retry'; readonly ms: number; readonly error: ErrorRecord }
    | { readonly outcome: 'dead'; readonly ms: number; readonly error: ErrorRecord }
    | { readonly outcome: 'snooze'; readonly ms: number; readonly delaySeconds: number }
    | { readonly outcome: 'release' }
  );

/** For a delivery that was claimed and never started. */
export const release = ({ id, token }: Claim): Result => ({ id, token, outcome: 'release' });
