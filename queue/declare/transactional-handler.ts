// Handlers whose database effects happen exactly once: they commit together with the message's outcome.
import type { Database } from '#queue/database.ts';
import type { HandlerContext, Message } from './handler.ts';
import type { AnyMessageType, PayloadOf } from './message-type.ts';

export interface TransactionalContext extends HandlerContext {
  /**
   * The open transaction. What is written here, the follow-ups and the outcome commit together, or not at all when
   * the lease was lost. Open for as long as the queue's timeout allows, and vacuum waits for it: write and return.
   */
  readonly transaction: Database;
}

export type TransactionalHandler<Payload> = (
  message: Message<Payload>,
  context: TransactionalContext,
) => Promise<void> | void;

export interface TransactionalSubscription {
  readonly kind: 'transactional';
  readonly type: AnyMessageType;
  // biome-ignore lint/suspicious/noExplicitAny: `onInTransaction` has checked the handler against the payload
  readonly handler: TransactionalHandler<any>;
}

/** Subscribes a queue to a message type whose handler runs inside the transaction that settles the message. */
export function onInTransaction<Type extends AnyMessageType>(
  type: Type,
  handler: TransactionalHandler<PayloadOf<Type>>,
): TransactionalSubscription {
  return { kind: 'transactional', type, handler };
}
