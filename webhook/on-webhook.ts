// Subscribes a queue whose handler is a signed HTTP call. To read it: this file, then send-webhook.ts, one attempt; target.ts, where it may
// go; post.ts, how; outcome.ts, what becomes of it.
import type { SingleSubscription } from '#queue/declare/handler.ts';
import { on } from '#queue/declare/handler.ts';
import type { AnyMessageType, PayloadOf } from '#queue/declare/message-type.ts';
import { requireWebhook, type WebhookOptions } from './options.ts';

/**
 * Subscribes a queue to a message type, each of whose messages is posted to a target, signed as Standard Webhooks has it: with the
 * message's id as `webhook-id`, and `{ type, timestamp, data }` as its body, where `data` is the payload. An answer of 2xx means done, and its beginning is kept as the result;
 * 408, 425, 429, 5xx and no answer are tried again; everything else is a dead letter at once. It may arrive more than once, always with
 * the same `webhook-id`. Throws a TypeError on an option that is out of range.
 *
 * @example
 * ```ts
 * const crm = defineQueue({
 *   name: 'crm',
 *   subscriptions: [onWebhook(orderPlaced, { url: 'https://crm.example/hooks', secrets: 'CRM_SECRETS' })],
 * });
 * ```
 */
export function onWebhook<Type extends AnyMessageType>(
  type: Type,
  options: WebhookOptions<PayloadOf<Type>>,
): SingleSubscription {
  const webhook = requireWebhook(options);
  let sender: Promise<ReturnType<typeof import('./send-webhook.ts').webhookSender>> | undefined;
  return on(type, async (message, context) => {
    sender ??= import('./send-webhook.ts').then(({ webhookSender }) =>
      webhookSender(type, webhook),
    );
    return (await sender)(message, context);
  });
}
