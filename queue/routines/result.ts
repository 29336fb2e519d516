// How one claim of one delivery ended: the data that millrace.settle takes.
import type { ClaimedDelivery } from './claimed-delivery.ts';
import type { NewMessage } from './enqueue.ts';
import type { ErrorRecord } from './error-record.ts';

/** What a result refers to: the delivery, and the lease token that fences it. */
export type Claim = Pick<ClaimedDelivery, 'id' | 'token'>;

/** `ms` is the handler's run time in milliseconds; `delaySeconds`, 0 to 31,536,000, replaces the queue's backoff. */
export type Result = Claim &
  (
    | {
        readonly outcome: 'done';
        readonly ms: number;
        readonly enqueue?: readonly NewMessage[];
        /** JSON, which the status shows. */
        readonly result?: unknown;
      }
    | {
        readonly outcome: 'retry';
        readonly ms: number;
        readonly error: ErrorRecord;
        readonly delaySeconds?: number;
      }
    | { readonly outcome: 'dead'; readonly ms: number; readonly error: ErrorRecord }
    | { readonly outcome: 'snooze'; readonly ms: number; readonly delaySeconds: number }
    /**
     * The type, or the version of the payload, is not known to this code. The database tells what newer code knows, which
     * waits as after a snooze, from what no code does, which is dead.
     */
    | { readonly outcome: 'unknown'; readonly ms: number; readonly error: ErrorRecord }
    /** SQS has it now, and its handler was not started here. */
    | { readonly outcome: 'relayed' }
    /** Claimed, but its handler was never started: claimable again at once, without an attempt spent. */
    | { readonly outcome: 'release' }
  );
