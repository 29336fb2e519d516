import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';

interface Asked {
  readonly queue: string;
  /** Whether the queue's deliveries have fairness keys. */
  readonly isFair: boolean;
  /** Asked before the claim, the answer may be over by the time they are sent. */
  readonly claimed: readonly ClaimedDelivery[];
  /** For how long a failing call is repeated, in milliseconds. */
  readonly budgetMs: number;
}

/** All by the message's id. */
export interface WayToSqs {
  /** As rounds answers them. */
  readonly rounds: ReadonlyMap<string, number>;
  /** Those that are missing have the usual one, 5. */
  readonly priorities: ReadonlyMap<string, number>;
  /** Those that are missing have none. */
  readonly fairnessKeys: ReadonlyMap<string, string>;
}

interface Answer {
  readonly rounds: Readonly<Record<string, number>>;
  readonly priorities: Readonly<Record<string, number>>;
  readonly keys?: Readonly<Record<string, string>>;
}

const both =
  'select millrace.rounds($1, $2) as rounds, millrace.priorities($1, $2, $3) as priorities';
const withKeys = `${both}, millrace.fairness_keys($1, $2) as keys`;

/**
 * What rounds answers, and the priorities and fairness keys of the same deliveries, for a queue that has several SQS queues by
 * priority, or is fair. Repeated while the database is away.
 */
export async function wayToSqs(
  database: Database,
  { queue, isFair, claimed, budgetMs }: Asked,
): Promise<WayToSqs> {
  const ids = claimed.map(({ id }) => id);
  const tokens = [...new Set(claimed.map(({ token }) => token))];
  const { rounds, priorities, keys } = await ask<Answer>(
    database,
    isFair ? withKeys : both,
    [queue, ids, tokens],
    budgetMs,
  );
  return {
    rounds: new Map(Object.entries(rounds)),
    priorities: new Map(Object.entries(priorities)),
    fairnessKeys: new Map(Object.entries(keys ?? {})),
  };
}
