import { HandlerRun } from '#queue/handle/handler-run.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

/**
 * Takes out of those that have not started what runs next: the first one, with others if a relay takes it, or with others of its type
 * if its handler takes batches.
 */
export function takeRun(
  unstarted: ClaimedDelivery[],
  { relay, subscriptions }: Pick<QueueRuntime, 'relay' | 'subscriptions'>,
): HandlerRun {
  if (relay) return new HandlerRun(unstarted.splice(0, relay.runSize));
  const deliveries = unstarted.splice(0, 1);
  const type = deliveries[0]?.type ?? '';
  const subscription = subscriptions.get(type);
  if (subscription?.kind === 'batch')
    for (const delivery of unstarted.splice(0))
      (delivery.type === type && deliveries.length < subscription.size
        ? deliveries
        : unstarted
      ).push(delivery);
  return new HandlerRun(deliveries);
}
