import { errorRecord } from '#queue/routines/error-record.ts';
import { extend } from '#queue/routines/extend.ts';
import type { QueueState } from './drain-state.ts';
import type { HandlerPool } from './handler-pool.ts';

/** How often a lease is extended before it would run out, so that two calls in a row may fail. */
const extensionsPerLease = 3;

/** Extends the leases of all that a pool holds, at regular intervals, until the returned function is called. */
export function keepLeases(
  pool: HandlerPool,
  { runtime, report }: Pick<QueueState, 'runtime' | 'report'>,
): () => void {
  const { queue, database, log } = runtime;
  const everyMs = (queue.policy.leaseSeconds * 1000) / extensionsPerLease;
  const timer = setInterval(async () => {
    const { held } = pool;
    if (held.length === 0) return;
    try {
      const still = await extend(database, queue.name, held, everyMs);
      // Only what was asked for can be lost: while the call was under way, further deliveries may have been claimed.
      const lost = held.filter(({ id }) => !still.has(id));
      for (const { id } of pool.dropLost(new Set(lost))) report.stale(id);
    } catch (error) {
      const { name: reason } = errorRecord(error);
      log.warn('leases could not be extended', { queue: queue.name, held: held.length, reason });
    }
  }, everyMs);
  return () => clearInterval(timer);
}
