// Handlers that take several messages of a type at once, each with an outcome of its own.
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import type { EnqueueFollowUp, HandlerContext, Message } from './handler.ts';
import type { AnyMessageType, PayloadOf } from './message-type.ts';

export interface BatchItem<Payload = unknown> {
  readonly message: Message<Payload>;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly enqueue: EnqueueFollowUp;
}

export interface BatchContext {
  readonly queue: string;
  /** Aborted by the handler's timeout, by the end of the invocation, or when every lease is lost. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly database: Database;
  readonly maxAttempts: HandlerContext['maxAttempts'];
}

/** How one message of a batch ended: as returning, throwing, `reject`, `snooze` say it in a single handler. */
export type BatchOutcome =
  | 'done'
  | { readonly retry: unknown; readonly afterSeconds?: number }
  | { readonly reject: string }
  | { readonly snoozeSeconds: number };

/** Returns an outcome for each item, in their order, or nothing when all are done. Throwing retries all. */
export type BatchHandler<Payload> = (
  items: readonly BatchItem<Payload>[],
  context: BatchContext,
) => Promise<readonly BatchOutcome[]> | Promise<void> | readonly BatchOutcome[] | void;

export interface BatchSubscription {
  readonly kind: 'batch';
  readonly type: AnyMessageType;
  readonly size: number;
  // biome-ignore lint/suspicious/noExplicitAny: `onBatch` has checked the handler against the type's payload
  readonly handler: BatchHandler<any>;
}

/** Subscribes a queue to a message type in batches of at most `size` messages, 1 to 1000. */
export function onBatch<Type extends AnyMessageType>(
  type: Type,
  size: number,
  handler: BatchHandler<PayloadOf<Type>>,
): BatchSubscription {
  if (!Number.isInteger(size) || size < 1 || size > 1000)
    throw new TypeError(`A batch's size is a whole number from 1 to 1000; got ${size}`);
  return { kind: 'batch', type, size, handler };
}
