// The messages that a handler enqueues. They are checked at once, so that the handler learns what is wrong, and stored in
// the transaction that settles its own message as done, so that there is never one without the other.

import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import { isInstant } from '#queue/declare/instant.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type ValidatedPayload, validatePayload } from '#queue/declare/payload.ts';
import {
  childOf,
  formatTraceparent,
  parseTraceparent,
  traceOf,
} from '#queue/declare/traceparent.ts';
import { misuse } from '#queue/misuse.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { asStored, newMessage } from '#queue/routines/new-message.ts';

export class FollowUps {
  readonly messages: NewMessage[] = [];
  readonly #checks: Promise<void>[] = [];
  readonly #cause: ClaimedDelivery;
  #isClosed = false;

  /** cause: the delivery that is being handled. Its follow-ups belong to the same trace. */
  constructor(cause: ClaimedDelivery) {
    this.#cause = cause;
  }

  /**
   * Answers the new message's id. Throws when the payload does not fit its schema; if that checks asynchronously,
   * checked() rejects instead. The payload is of the type's current version unless the options give another.
   */
  add(type: AnyMessageType, payload: unknown, options: EnqueueOptions = {}): string {
    if (this.#isClosed) throw new Error('enqueue was called after the handler had returned');
    const { traceparent = this.#traceparent(options) } = options;
    requireTraceparent(traceparent);
    requireInstant(options.scheduledAt);
    const message = asStored({
      ...newMessage(type, payload, options),
      ...(traceparent !== undefined && { traceparent }),
    });
    const checked = validatePayload(type, message.payload, options.version);
    if (checked instanceof Promise) this.#await(checked.then(requireFit));
    else requireFit(checked);
    this.messages.push(message);
    return message.id;
  }

  /** From now on add() throws: the handler has returned, and what it enqueued is on its way. */
  close(): void {
    this.#isClosed = true;
  }

  /** Resolves when all asynchronous checks have passed; undefined, to save a promise, when there are none. */
  checked(): Promise<unknown> | undefined {
    return this.#checks.length === 0 ? undefined : Promise.all(this.#checks);
  }

  #await(check: Promise<void>): void {
    this.#checks.push(check);
    // checked() reports its failure. Node must not take it for unhandled before that, or when the handler fails first and
    // nobody asks: that would end the process.
    check.catch(() => {});
  }

  #traceparent({ headers }: EnqueueOptions): string | undefined {
    const trace = traceOf(this.#cause.headers);
    if (!trace || (headers && 'traceparent' in headers)) return undefined;
    return formatTraceparent(childOf(trace));
  }
}

function requireFit(checked: ValidatedPayload): void {
  if (!checked.ok) throw checked.error;
}

// The database refuses both as well, but only when the message is settled: too late for the handler to see the mistake.
function requireTraceparent(traceparent: string | undefined): void {
  if (traceparent !== undefined && !parseTraceparent(traceparent))
    misuse(
      `traceparent is as in W3C Trace Context, version 00; got "${traceparent.slice(0, 100)}"`,
    );
}

function requireInstant(scheduledAt: string | undefined): void {
  if (scheduledAt !== undefined && !isInstant(scheduledAt))
    misuse(
      `scheduledAt is an ISO 8601 instant with its offset; got "${scheduledAt.slice(0, 100)}"`,
    );
}
