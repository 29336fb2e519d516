// What a queue's deliveries may be handed to instead of its handlers: SQS has them then, or another database, and the handlers run
// elsewhere. How that
// is done knows whoever gives it; the drain claims, keeps leases and settles as for handlers.
import type { Database } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Log } from '#queue/log.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Settled } from '#queue/routines/settle.ts';
import type { HandlerRun } from './handler-run.ts';

export interface Relay {
  /** How many deliveries a run has at most, of whatever types. */
  readonly runSize: number;
  /** Takes note of deliveries that were claimed together, before any of them is sent. */
  expect(deliveries: readonly ClaimedDelivery[]): void;
  /** Sends the deliveries of a run. As handlers do, it never rejects: whatever goes wrong is a result. */
  send(run: HandlerRun): Promise<readonly Relayed[]>;
  /** Why nothing more can be sent, once that has happened. */
  readonly unavailable: Error | undefined;
}

/** A result that is still to be settled, or what was settled with the sending. */
export type Relayed = Result | Settled;

/** deadline and log: as QueueRuntime has them. */
export type OpenRelay = (
  queue: Queue,
  options: {
    readonly database: Database;
    readonly deadline: { readonly callBudgetMs: number };
    readonly log: Log;
  },
) => Relay | undefined;
