// What the database has not heard of a message that SQS carries, and perhaps never will.
import type { Api } from '#functions/http/api.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { MessageStatus } from '#queue/operate/message-status.ts';

type Delivery = MessageStatus['deliveries'][number];

/**
 * Whether the delivery may be over without another word: SQS has it, and of its queue a success is recorded only where an attempt
 * has failed before, or where the database is asked before each attempt.
 */
export function endsUnseen({ queues }: Registry, delivery: Delivery): boolean {
  const queue = queues.get(delivery.queue);
  if (!queue || !isOnSqs(queue) || delivery.status !== 'relayed') return false;
  const { history, once } = queue.policy;
  return history === 'failures' && !once && delivery.attempts.at(-1)?.outcome === 'relayed';
}

/** With `endsUnseen` where that is so. */
export const withUnseenEnds = (registry: Registry, found: MessageStatus): MessageStatus => ({
  ...found,
  deliveries: found.deliveries.map((delivery) =>
    endsUnseen(registry, delivery) ? { ...delivery, endsUnseen: true } : delivery,
  ),
});

/** A first record is waited for so long, in milliseconds. */
const longestAwaitedMs = 15 * 60 * 1_000;

/**
 * Whether a message that the database does not know may be one that went straight to SQS a short while ago, and of which it hears
 * as soon as its handler has ended.
 */
export function mayBeRecorded({ straight }: Api, id: string): boolean {
  if (!straight?.recordsSuccesses) return false;
  const mintedAt = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  return Math.abs(Date.now() - mintedAt) < longestAwaitedMs;
}
