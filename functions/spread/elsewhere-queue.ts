// The queue of what waits in one of several databases to be sent to another. No application declares it.
import { defineQueue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';

/** As the database knows it. */
export const elsewhere = 'elsewhere';

/** So many are sent at once. The time is far above what the relay bounds by itself. */
const policy = { concurrency: 10, timeoutSeconds: 60 };

/** The registry with that queue, for the consumer of a deployment over several databases. */
export function withElsewhere(registry: Registry): Registry {
  const queue = defineQueue({ name: elsewhere, policy, subscriptions: [] });
  return { ...registry, queues: new Map(registry.queues).set(elsewhere, queue) };
}
