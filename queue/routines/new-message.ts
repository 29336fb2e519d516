import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
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
