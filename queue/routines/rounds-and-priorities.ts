import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';

interface Asked {
  readonly queue: string;
  /** Asked before the claim, the answer may be over by the time they are sent. */
  readonly claimed: readonly ClaimedDelivery[];
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/** Both by the message's id. */
export interface RoundsAndPriorities {
  /** As rounds answers them. */
  readonly rounds: ReadonlyMap<string, number>;
  /** Those that are missing have the usual one, 5. */
  readonly priorities: ReadonlyMap<string, number>;
}

/**
 * What rounds answers, and the priorities of the same deliveries, for a queue that has several SQS queues by priority. Repeated while
 * the database is away.
 */
export async function roundsAndPriorities(
  database: Database,
  { queue, claimed, budgetMs }: Asked,
): Promise<RoundsAndPriorities> {
  const text =
    'select millrace.rounds($1, $2) as rounds, millrace.priorities($1, $2, $3) as priorities';
  const ids = claimed.map(({ id }) => id);
  const tokens = [...new Set(claimed.map(({ token }) => token))];
  const { rounds, priorities } = await ask<Record<'rounds' | 'priorities', Record<string, number>>>(
    database,
    text,
    [queue, ids, tokens],
    budgetMs,
  );
  return {
    rounds: new Map(Object.entries(rounds)),
    priorities: new Map(Object.entries(priorities)),
  };
}
