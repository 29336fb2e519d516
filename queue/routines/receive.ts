import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import { tellingHeld } from './held-by-others.ts';
import type { WireMessage } from './wire-message.ts';

/** A copy that SQS has brought. */
export interface ReceivedCopy {
  readonly message: WireMessage;
  /** How often SQS has delivered it, this time included: at least 1. */
  readonly count: number;
}

/** What the database says of a copy. */
export interface Receipt {
  /**
   * taken: the lease is the caller's. suspect: an attempt was begun and never settled; see together. held: somebody else has
   * the lease. waiting: its retry or snooze is not due. ended: done, dead or superseded by a later round. dead: this call has
   * buried it, as its attempts are used up. What is ended or dead is to be deleted from SQS.
   */
  readonly state: 'taken' | 'suspect' | 'held' | 'waiting' | 'ended' | 'dead';
  /** The number of this attempt, from 1, of what is taken; of all others how many were spent. */
  readonly attempt: number;
  /** For how many whole seconds it is held, or waits; else 0. */
  readonly waitSeconds: number;
  /** How many suspects may be handled side by side where this one is among them, at least 1; null of all others. */
  readonly together: number | null;
}

interface Received {
  readonly queue: string;
  /** A random uuid, which fences what is taken and tells a repeated call. */
  readonly token: string;
  readonly received: readonly ReceivedCopy[];
  /** For how long what is taken is the caller's, in seconds from now. */
  readonly leaseSeconds: number;
  /**
   * How many suspects the caller handles side by side, with nothing else beside them. One that may be beside fewer only is not
   * taken; with 0 none is.
   */
  readonly suspects: number;
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Takes copies that SQS has delivered before, or that no handler may see twice, before they are handled. Answers in the same
 * order. Repeated while the database is away: the token tells it what it has given. Throws HeldByOthers when somebody's open
 * transaction has one of them.
 */
export async function receive(
  database: Database,
  { queue, token, received, leaseSeconds, suspects, budgetMs }: Received,
): Promise<readonly Receipt[]> {
  const text = 'select millrace.receive($1, $2, $3, $4, $5, $6) as receipts';
  const copies = JSON.stringify(received);
  const parameters = [queue, token, copies, leaseSeconds, suspects > 0, Math.max(1, suspects)];
  return (await ask<{ receipts: Receipt[] }>(tellingHeld(database), text, parameters, budgetMs))
    .receipts;
}
