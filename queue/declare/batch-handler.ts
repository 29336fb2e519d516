// A handler that takes several messages of a type in one call, for services that take many at once: a bulk insert, a
// mailer's batch. Each message has an outcome of its own.
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import type { EnqueueFollowUp, Message, ReportProgress } from './handler.ts';
import { requireInRange } from './in-range.ts';
import type { AnyMessageType, PayloadOf } from './message-type.ts';
import type { HandlerResult } from './ways-out.ts';

/** One message of a batch. */
export interface BatchItem<Payload = unknown> {
  /** The message, as a single handler gets it. */
  readonly message: Message<Payload>;
  /** 1 for the first attempt. Items of one batch may be at different attempts. */
  readonly attempt: number;
  /** Its follow-ups are stored if this message is done, whatever becomes of the others. */
  readonly enqueue: EnqueueFollowUp;
  /** Tells how far the work for this message has come. */
  readonly progress: ReportProgress;
}

/** What a batch handler can reach besides its messages. */
export interface BatchContext {
  /** The name of the queue. */
  readonly queue: string;
  /**
   * Aborted when the handler's time is up, when the invocation must end, or when every message's lease is lost. From
   * then on nothing that the handler does counts, but it holds its place until it has ended.
   */
  readonly signal: AbortSignal;
  /** The consumer's log: its lines belong to no single message. */
  readonly log: Log;
  /** Statements on the queue's own database. Each commits by itself, whatever becomes of the messages. */
  readonly database: Database;
  /** The attempt after which a failure makes a dead letter: the queue's policy. */
  readonly maxAttempts: number;
}

/**
 * How one message of a batch ended.
 * - `'done'`, as a single handler's returning, or `result(…)` when something of it is to be kept
 * - `{ retry: reason }`, as throwing: tried again after the queue's backoff, or after `afterSeconds`, 0 to 31536000
 * - `{ reject: reason }`: a dead letter at once
 * - `{ snoozeSeconds }`, 0 to 31536000: comes back after that time, and no attempt is spent
 */
export type BatchOutcome =
  | 'done'
  | HandlerResult
  | { readonly retry: unknown; readonly afterSeconds?: number }
  | { readonly reject: string }
  | { readonly snoozeSeconds: number };

/** Returns an outcome for each item, in the order of the items, or nothing when all are done. Throwing retries all. */
export type BatchHandler<Payload> = (
  items: readonly BatchItem<Payload>[],
  context: BatchContext,
) => Promise<readonly BatchOutcome[]> | Promise<void> | readonly BatchOutcome[] | void;

/** What `onBatch` declares. */
export interface BatchSubscription {
  /** Tells it from what `on` and `onInTransaction` declare. */
  readonly kind: 'batch';
  /** The message type. */
  readonly type: AnyMessageType;
  /** How many messages one call of the handler gets at most, 1 to 1000. */
  readonly size: number;
  /** What takes the messages. */
  // biome-ignore lint/suspicious/noExplicitAny: `onBatch` has checked the handler against the type's payload
  readonly handler: BatchHandler<any>;
}

/**
 * Subscribes a queue to a message type in batches of at most `size` messages, 1 to 1000. A batch is made of what is
 * claimed already: nothing waits until it is full. Throws a TypeError when the size is out of range.
 *
 * @example
 * ```ts
 * onBatch(emailDue, 100, async (items) => {
 *   const sent = await mailer.send(items.map(({ message }) => message.payload));
 *   return sent.map((ok) => (ok ? 'done' : { retry: 'the mailer refused it', afterSeconds: 60 }));
 * });
 * ```
 */
export function onBatch<Type extends AnyMessageType>(
  type: Type,
  size: number,
  handler: BatchHandler<PayloadOf<Type>>,
): BatchSubscription {
  requireInRange("A batch's size", size, { from: 1, to: 1000 });
  return { kind: 'batch', type, size, handler };
}
