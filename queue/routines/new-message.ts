import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { NewMessage } from './enqueue.ts';
import { uuidV7 } from './uuid-v7.ts';

/** A message with an id of its own. Its payload is of the type's own version unless the options give another. */
export function newMessage(
  type: AnyMessageType,
  payload: unknown,
  options: EnqueueOptions = {},
): NewMessage {
  const { version = type.version } = options;
  // Version 1 is what the database takes for none.
  const notFirst = version > 1 && { version };
  return { ...options, ...notFirst, id: uuidV7(), type: type.name, payload };
}
