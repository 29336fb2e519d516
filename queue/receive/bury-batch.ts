// What a carrier has given up becomes a dead letter, unless its delivery has ended already.
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { buryReceived } from '#queue/routines/bury-received.ts';
import { isRefusal } from '#queue/routines/failure-kind.ts';
import { aroundHeld } from '#queue/routines/held-by-others.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import type { Received } from './received.ts';

interface BuryOptions {
  readonly queue: string;
  readonly database: Database;
  readonly log: Log;
  /** How long there is time, in milliseconds. */
  readonly budgetMs: number;
}

export interface BuriedBatch {
  /** The keys of the copies that nobody needs any more. */
  readonly acknowledged: ReadonlySet<string>;
  /** How many have become dead letters. */
  readonly dead: number;
}

/**
 * Stores a batch as dead letters, and logs each. One that the database refuses does not keep the others from being stored: it is
 * logged and not acknowledged, and so is one that somebody's open transaction holds. Rejects while the database cannot be had; then
 * all of it comes back.
 */
export async function buryBatch(
  received: readonly Received[],
  options: BuryOptions,
): Promise<BuriedBatch> {
  if (received.length === 0) return { acknowledged: new Set(), dead: 0 };
  const burySome = async (some: readonly Received[]) => [await buryAroundRefusal(some, options)];
  const buried = await aroundHeld(received, burySome, ({ message: { id } }, error) => {
    options.log.warn('what was given up is held', { messageId: id, ...loggedError(error) });
  });
  const done = buried.filter((one) => one !== undefined);
  return {
    acknowledged: new Set(done.flatMap(({ acknowledged }) => [...acknowledged])),
    dead: done.reduce((sum, { dead }) => sum + dead, 0),
  };
}

async function buryAroundRefusal(
  received: readonly Received[],
  options: BuryOptions,
): Promise<BuriedBatch> {
  try {
    return await bury(received, options);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const acknowledged = new Set<string>();
  let dead = 0;
  for (const copy of received)
    try {
      const buried = await bury([copy], options);
      dead += buried.dead;
      acknowledged.add(copy.key);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { id: messageId } = copy.message;
      options.log.error('what was given up was refused', { messageId, ...loggedError(error) });
    }
  return { acknowledged, dead };
}

async function bury(
  received: readonly Received[],
  { queue, database, log, budgetMs }: BuryOptions,
): Promise<BuriedBatch> {
  const given = received.map(({ message, count }) => ({ message, count }));
  const { dead } = await buryReceived(database, { queue, received: given, budgetMs });
  for (const messageId of dead) log.error('dead letter', { messageId, error: 'GivenUp' });
  return { acknowledged: new Set(received.map(({ key }) => key)), dead: dead.length };
}
