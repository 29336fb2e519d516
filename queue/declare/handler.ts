// A handler that takes messages one by one: what it gets, what it may do, and how it says how that ended. Delivery is
// at least once: after a crash a message is handled again, so a handler must be idempotent, for example by using the
// message's id as the key of what it writes.
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { AnyMessageType, PayloadInput, PayloadOf } from './message-type.ts';
import type { HandlerResult } from './ways-out.ts';

/** A message as its handler gets it. */
export interface Message<Payload = unknown> {
  /** A version 7 uuid, the same in every attempt and in every queue: fit to be an idempotency key. */
  readonly id: string;
  /** The name of its message type. */
  readonly type: string;
  /** As the type's schema gives it, in the form of the type's newest version. */
  readonly payload: Payload;
  /** The texts that it was enqueued with, `traceparent` if it has a trace, and `due-at` if a schedule made it. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it was stored, by the database's clock. */
  readonly createdAt: Date;
  /** The group whose members are handled one after another; null when it belongs to none. */
  readonly groupKey: string | null;
}

/**
 * Enqueues a follow-up: a message that is stored in the transaction that settles this one as done. When the handler
 * fails or its lease is lost, no follow-up is stored, so a retry does not enqueue twice. It goes on with the
 * message's trace unless the options give another. Returns the follow-up's id. Throws when the payload does not fit
 * its type, or when the handler has returned already.
 */
export type EnqueueFollowUp = <Type extends AnyMessageType>(
  type: Type,
  payload: PayloadInput<Type>,
  options?: EnqueueOptions,
) => string;

/**
 * Tells how far the work has come: 0 to 1, perhaps with a note of at most 200 characters. About once a second the newest report is
 * sent. It neither waits nor throws, and a report that does not arrive is no fault. Redacted values are taken out of the note.
 */
export type ReportProgress = (fraction: number, note?: string) => void;

/** What a handler can reach besides its message. */
export interface HandlerContext {
  /** The name of the queue. */
  readonly queue: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The attempt after which a failure makes a dead letter: the queue's policy. */
  readonly maxAttempts: number;
  /**
   * Aborted when the handler's time is up, when the invocation must end, or when the lease is lost. From then on
   * nothing that the handler does counts, but it holds its place until it has ended, so pass the signal to whatever
   * takes one, such as fetch.
   */
  readonly signal: AbortSignal;
  /** The message's W3C Trace Context, to be sent along with calls that belong to the same trace. */
  readonly traceparent: string | undefined;
  /** Writes lines that carry messageId, type, queue, attempt and, for a message with a trace, traceId. */
  readonly log: Log;
  /** Statements on the queue's own database. Each commits by itself, whatever becomes of the message. */
  readonly database: Database;
  /** Enqueues a follow-up, which is stored when this message is done. */
  readonly enqueue: EnqueueFollowUp;
  /** Tells how far the handler has come, for the message's status. */
  readonly progress: ReportProgress;
}

/**
 * Returning means that the message is done, with `result(…)` if there is something to keep of it; throwing that it is to be tried again after the queue's backoff. See
 * `reject`, `snooze` and `retryAfter` for the other ways out.
 */
export type Handler<Payload> = (
  message: Message<Payload>,
  context: HandlerContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns a result on one way only has this type
) => Promise<HandlerResult | void> | HandlerResult | void;

/** What `on` declares. */
export interface SingleSubscription {
  /** Tells it from what `onBatch` and `onInTransaction` declare. */
  readonly kind: 'single';
  /** The message type. */
  readonly type: AnyMessageType;
  /** What takes the messages. */
  // biome-ignore lint/suspicious/noExplicitAny: `on` has checked the handler against the type's payload
  readonly handler: Handler<any>;
}

/**
 * Subscribes a queue to a message type, whose messages the handler takes one by one. Delivery is at least once: a handler
 * may see a message again after a crash.
 *
 * @example
 * ```ts
 * on(orderPlaced, async ({ payload, id }, { signal, enqueue }) => {
 *   await payments.capture(payload.orderId, { idempotencyKey: id, signal });
 *   enqueue(paymentCaptured, { orderId: payload.orderId });
 * });
 * ```
 */
export function on<Type extends AnyMessageType>(
  type: Type,
  handler: Handler<PayloadOf<Type>>,
): SingleSubscription {
  return { kind: 'single', type, handler };
}
