import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import { extend } from '#queue/routines/extend.ts';
import type { HandlerPool } from './handler-pool.ts';
import type { QueueReport } from './queue-report.ts';

/** How many times within a lease it is extended: two calls in a row may fail before it is lost. */
const extensionsPerLease = 3;

interface Keeping {
  readonly runtime: QueueRuntime;
  readonly pool: HandlerPool;
  readonly report: QueueReport;
}

/** Extends the leases of all that a pool holds, at regular intervals, until the returned function is called. */
export function keepLeases({ runtime, pool, report }: Keeping): () => void {
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
