// From a claimed delivery to the message that a handler gets.

import type { Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type ValidatedPayload, validatePayload } from '#queue/declare/payload.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

/** The message, or why no handler can have it. A promise only if the type's schema checks asynchronously. */
export function openMessage(
  delivery: ClaimedDelivery,
  type: AnyMessageType,
): Message | Error | Promise<Message | Error> {
  const checked = validatePayload(type, delivery.payload, delivery.version);
  // Awaiting what is no promise would cost every message a turn of the event loop's queue.
  if (checked instanceof Promise)
    return checked.then((result) => toMessage(delivery, type, result));
  return toMessage(delivery, type, checked);
}

function toMessage(
  delivery: ClaimedDelivery,
  type: AnyMessageType,
  checked: ValidatedPayload,
): Message | Error {
  if (!checked.ok) return checked.error;
  return {
    id: delivery.id,
    type: type.name,
    payload: checked.value,
    headers: delivery.headers ?? {},
    createdAt: new Date(delivery.createdAt),
    groupKey: delivery.groupKey,
  };
}
