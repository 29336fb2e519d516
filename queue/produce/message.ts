// Messages of the application's own code that are yet to be stored.
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from '#queue/declare/message-type.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { asStored, newMessage } from '#queue/routines/new-message.ts';

/** A message that `message` has made and `enqueueMany` stores. */
export interface MessageToEnqueue {
  /** Its message type. */
  readonly type: AnyMessageType;
  /** A copy of what will be stored, under an id of its own. */
  readonly content: NewMessage;
}

/**
 * Makes a message for `enqueueMany`. It gets its id here, a version 7 uuid, so that the same message may be given to
 * `enqueueMany` again when it is not known whether a commit has succeeded: what is stored already is answered again, to
 * the same login for an hour, and not stored twice. The payload is copied as JSON, and is of the type's own version unless
 * the options give another. Throws a TypeError when JSON cannot carry it.
 *
 * @example
 * ```ts
 * const messages = orders.map((order) => message(orderPlaced, order, { idempotencyKey: order.orderId }));
 * await enqueueMany(client, messages);
 * ```
 */
export function message<Type extends AnyMessageType>(
  type: Type,
  payload: PayloadInput<Type>,
  options: EnqueueOptions = {},
): MessageToEnqueue {
  return { type, content: asStored(newMessage(type, payload, options)) };
}
