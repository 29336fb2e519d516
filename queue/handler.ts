// What a user's handler gets and what it may say: the types that handlers/ is written against.
import type { Database } from './database.ts';
import type { EnqueueOptions } from './enqueue.ts';
import type { Log } from './log.ts';
import type { AnyMessageType, PayloadInput, PayloadOf } from './message-type.ts';

export interface Message<Payload = unknown> {
  readonly id: string;
  readonly type: string;
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly groupKey: string | null;
}

export interface HandlerContext {
  readonly queue: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborted by the handler's timeout, by the end of the invocation, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** Writes lines that carry the message's id, type, queue and attempt. */
  readonly log: Log;
  /** One-shot statements on the queue's own database; each commits by itself. */
  readonly database: Database;
  /** Enqueues a follow-up that commits with this message's success, and only with it. Returns its id. */
  enqueue<Type extends AnyMessageType>(
    type: Type,
    payload: PayloadInput<Type>,
    options?: EnqueueOptions,
  ): string;
}

/** Returning means done; throwing means retry; see `reject` and `snooze` for the other two ways out. */
export type Handler<Payload> = (
  message: Message<Payload>,
  context: HandlerContext,
) => Promise<void> | void;

/** A message type with the handler that a queue has for it. */
export interface Subscription {
  readonly type: AnyMessageType;
  // biome-ignore lint/suspicious/noExplicitAny: `on` has checked the handler against the type's payload
  readonly handler: Handler<any>;
}

/** Subscribes a queue to a message type; the compiler knows the payload in the handler. */
export function on<Type extends AnyMessageType>(
  type: Type,
  handler: Handler<PayloadOf<Type>>,
): Subscription {
  return { type, handler };
}
