import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import { tellingHeld } from './held-by-others.ts';
import type { ReceivedCopy } from './receive.ts';

/** What became of the copies, by message ids. All of them are to be deleted from SQS. */
export interface Buried {
  /** Dead letters now. */
  readonly dead: readonly string[];
  /** Done, dead or sent round again before. */
  readonly ended: readonly string[];
}

interface GivenUp {
  readonly queue: string;
  readonly received: readonly ReceivedCopy[];
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Makes dead letters of what SQS has put into its dead-letter queue. Repeated while the database is away. Throws HeldByOthers when
 * somebody's open transaction has one of them; nothing is buried then.
 */
export async function buryReceived(
  database: Database,
  { queue, received, budgetMs }: GivenUp,
): Promise<Buried> {
  const text = 'select millrace.bury_received($1, $2) as buried';
  const parameters = [queue, JSON.stringify(received)];
  return (await ask<{ buried: Buried }>(tellingHeld(database), text, parameters, budgetMs)).buried;
}
