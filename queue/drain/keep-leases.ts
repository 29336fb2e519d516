import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { extend } from '#queue/routines/extend.ts';

/** How many times within a lease it is extended: two calls in a row may fail before it is lost. */
const extensionsPerLease = 3;

export interface LeaseHolder {
  /** Deliveries under lease. */
  readonly held: readonly ClaimedDelivery[];
  /** Is told of leases that could not be extended, because they had run out and another consumer has them. */
  dropLost(lost: readonly ClaimedDelivery[]): void;
}

/** Extends whatever the holder holds at regular intervals, until the returned function is called. */
export function keepLeases(
  { queue, database, log }: QueueRuntime,
  holder: LeaseHolder,
): () => void {
  const everyMs = (queue.policy.leaseSeconds * 1000) / extensionsPerLease;
  const timer = setInterval(async () => {
    const { held } = holder;
    if (held.length === 0) return;
    try {
      const still = await extend(database, queue.name, held, everyMs);
      // Only what was asked for can be lost: while the call was under way, further deliveries may have been claimed.
      holder.dropLost(held.filter(({ id }) => !still.has(id)));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      log.warn('leases could not be extended', { queue: queue.name, held: held.length, reason });
    }
  }, everyMs);
  return () => clearInterval(timer);
}
