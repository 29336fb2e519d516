import { extend } from '#queue/routines/extend.ts';
import type { Lane } from './lane.ts';

/** How many times within a lease it is extended: two calls may fail before it is lost. */
const extensionsPerLease = 3;

/** Extends what a lane holds until the returned function is called; what was lost all the same is dropped. */
export function keepLeases(lane: Lane): () => void {
  const { queue, database, log } = lane.runtime;
  const everyMs = (queue.policy.leaseSeconds * 1000) / extensionsPerLease;
  const timer = setInterval(async () => {
    const { held } = lane;
    if (held.length === 0) return;
    try {
      const still = await extend(database, queue.name, held, everyMs);
      // Only what was asked for: claims may have come in meanwhile.
      lane.dropLost(held.filter(({ id }) => !still.has(id)));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      log.warn('leases could not be extended', { queue: queue.name, held: held.length, reason });
    }
  }, everyMs);
  return () => clearInterval(timer);
}
