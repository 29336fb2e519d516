import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { parseJson } from '#queue/parse-json.ts';
import type { NewMessage } from './enqueue.ts';
import { uuidV7 } from './uuid-v7.ts';

/** A message with a new id. Its payload is of the type's own version unless the options give another. */
export function newMessage(
  type: AnyMessageType,
  payload: unknown,
  options: EnqueueOptions = {},
): NewMessage {
  const { version = type.version } = options;
  // The database takes a message without a version for one of version 1, and most are.
  const notFirst = version > 1 && { version };
  return { ...options, ...notFirst, id: uuidV7(), type: type.name, payload };
}

/**
 * A copy as its handlers will read it. Taken when the message is made, because a payload that JSON cannot carry must fail
 * there, and because whoever made it may go on to change the object.
 */
export function asStored(message: NewMessage): NewMessage {
  const text = JSON.stringify({ ...message, payload: message.payload ?? null });
  return parseJson(text) as NewMessage;
}
