// What a user's handler gets and what it may say: the types that handlers/ is written against.

import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { AnyMessageType, PayloadInput, PayloadOf } from './message-type.ts';

export interface Message<Payload = unknown> {
  readonly id: string;
  readonly type: string;
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly groupKey: string | null;
}

/**
 * Enqueues a follow-up that commits with its message's success, and only with it; it goes on with the message's
 * trace. Returns its id.
 */
export type EnqueueFollowUp = <Type extends AnyMessageType>(
  type: Type,
  payload: PayloadInput<Type>,
  options?: EnqueueOptions,
) => string;

export interface HandlerContext {
  readonly queue: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborted by the handler's timeout, by the end of the invocation, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** W3C Trace Context of what caused the message, for calls that belong to the same trace. */
  readonly traceparent: string | undefined;
  /** Writes lines that carry the message's id, type, queue, attempt and, when it has a trace, traceId. */
  readonly log: Log;
  /** One-shot statements on the queue's own database; each commits by itself. */
  readonly database: Database;
  readonly enqueue: EnqueueFollowUp;
}

/** Returning means done; throwing means retry; see `reject`, `snooze` and `retryAfter` for the other ways out. */
export type Handler<Payload> = (
  message: Message<Payload>,
  context: HandlerContext,
) => Promise<void> | void;

export interface SingleSubscription {
  readonly kind: 'single';
  readonly type: AnyMessageType;
  // biome-ignore lint/suspicious/noExplicitAny: `on` has checked the handler against the type's payload
  readonly handler: Handler<any>;
}

/** Subscribes a queue to a message type; the compiler knows the payload in the handler. */
export function on<Type extends AnyMessageType>(
  type: Type,
  handler: Handler<PayloadOf<Type>>,
): SingleSubscription {
  return { kind: 'single', type, handler };
}
