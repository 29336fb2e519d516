// A handler that runs inside the transaction that settles its message. What it writes there commits together with the
// message's outcome, so its effects in this database happen exactly once, even though delivery is at least once.
import type { Database } from '#queue/database.ts';
import type { HandlerContext, Message } from './handler.ts';
import type { AnyMessageType, PayloadOf } from './message-type.ts';
import type { HandlerResult } from './ways-out.ts';

/** What a transactional handler can reach besides its message. */
export interface TransactionalContext extends HandlerContext {
  /**
   * The open transaction. What is written here, the follow-ups and the outcome commit together, or not at all when
   * the handler fails or the lease was lost. It stays open while the handler runs, at most for the queue's
   * `timeoutSeconds`, and vacuum waits for it: make slow calls before or elsewhere, write here, and return.
   */
  readonly transaction: Database;
}

/** Ends like any handler. Unless its message is done, what it wrote is rolled back. */
export type TransactionalHandler<Payload> = (
  message: Message<Payload>,
  context: TransactionalContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns a result on one way only has this type
) => Promise<HandlerResult | void> | HandlerResult | void;

/** What `onInTransaction` declares. */
export interface TransactionalSubscription {
  /** Tells it from what `on` and `onBatch` declare. */
  readonly kind: 'transactional';
  /** The message type. */
  readonly type: AnyMessageType;
  /** What takes the messages. */
  // biome-ignore lint/suspicious/noExplicitAny: `onInTransaction` has checked the handler against the payload
  readonly handler: TransactionalHandler<any>;
}

/**
 * Subscribes a queue to a message type whose handler runs inside the transaction that settles the message: what it writes
 * through `transaction` happens exactly once.
 *
 * @example
 * ```ts
 * onInTransaction(orderPlaced, async ({ payload }, { transaction }) => {
 *   await transaction.query('insert into ledger (order_id) values ($1)', [payload.orderId]);
 * });
 * ```
 */
export function onInTransaction<Type extends AnyMessageType>(
  type: Type,
  handler: TransactionalHandler<PayloadOf<Type>>,
): TransactionalSubscription {
  return { kind: 'transactional', type, handler };
}
