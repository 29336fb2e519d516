import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import { tellingHeld } from './held-by-others.ts';
import type { Result } from './result.ts';
import type { SettleReport } from './settle-and-claim.ts';
import type { WireMessage } from './wire-message.ts';

/** Of each kind of result on its own: what all have in common would be left otherwise. */
type WithoutClaim<Kind> = Kind extends unknown ? Omit<Kind, 'id' | 'token'> : never;

/** How a copy that SQS has brought ended. */
export type ReceivedResult = WithoutClaim<Result> & {
  readonly message: WireMessage;
  /** The number of the attempt, from 1, as receive has told it; by default the first since the message was sent. */
  readonly attempt?: number;
  /** Lets a retry or a snooze wait in Postgres instead of SQS, to be relayed again when it is due. Default false. */
  readonly resend?: boolean;
};

/** What became of the results. What is done, dead, resent or duplicate is to be deleted from SQS; what is stale or waits is not. */
export interface SettledReceived extends SettleReport {
  /** The message ids of those that had ended before, or were sent round again, without this token. */
  readonly duplicate: readonly string[];
  /** In how many seconds those are due that wait in SQS, by their ids. */
  readonly delays: Readonly<Record<string, number>>;
}

interface Settlement {
  readonly queue: string;
  /** As in receive; of what was not received there, a random uuid that is the same when the call is made again. */
  readonly token: string;
  readonly results: readonly ReceivedResult[];
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Records what became of copies that SQS has brought, with their follow-ups, in one transaction. Repeated while the database is
 * away: the token tells it what it has settled. Throws when the database refuses a result, and HeldByOthers when
 * somebody's open transaction has one of them; nothing is settled then.
 */
export async function settleReceived(
  database: Database,
  { queue, token, results, budgetMs }: Settlement,
): Promise<SettledReceived> {
  const text = 'select millrace.settle_received($1, $2, $3) as settled';
  const parameters = [queue, token, JSON.stringify(results)];
  return (
    await ask<{ settled: SettledReceived }>(tellingHeld(database), text, parameters, budgetMs)
  ).settled;
}
