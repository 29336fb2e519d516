// The messages that a handler enqueues: checked at once, stored when its own message is settled as done.

import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type ValidatedPayload, validatePayload } from '#queue/declare/payload.ts';
import {
  childOf,
  formatTraceparent,
  parseTraceparent,
  traceOf,
} from '#queue/declare/traceparent.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { newMessage } from '#queue/routines/new-message.ts';

export class FollowUps {
  readonly messages: NewMessage[] = [];
  readonly #checks: Promise<void>[] = [];
  readonly #cause: ClaimedDelivery;
  #isClosed = false;

  /** They belong to the trace of the delivery that causes them. */
  constructor(cause: ClaimedDelivery) {
    this.#cause = cause;
  }

  /**
   * Throws when the payload does not fit, at once or, for a schema that checks asynchronously, from checked(). The
   * payload is of the type's own version unless the options give another.
   */
  add(type: AnyMessageType, payload: unknown, options: EnqueueOptions = {}): string {
    if (this.#isClosed) throw new Error('enqueue was called after the handler had returned');
    const { traceparent = this.#traceparent(options) } = options;
    requireTraceparent(traceparent);
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

  /** The handler has returned: nothing more is taken. */
  close(): void {
    this.#isClosed = true;
  }

  /** Undefined when there is nothing to wait for. */
  checked(): Promise<unknown> | undefined {
    return this.#checks.length === 0 ? undefined : Promise.all(this.#checks);
  }

  #await(check: Promise<void>): void {
    this.#checks.push(check);
    // Its failure is reported by checked(). Until then, or when the handler fails before, it must not pass for
    // unhandled and end the process.
    check.catch(() => {});
  }

  #traceparent({ headers }: EnqueueOptions): string | undefined {
    const trace = traceOf(this.#cause.headers);
    if (!trace || (headers && 'traceparent' in headers)) return undefined;
    return formatTraceparent(childOf(trace));
  }
}

/** As its handlers will read it. What JSON cannot carry, or what is changed later, must not come up in settle. */
function asStored(message: NewMessage): NewMessage {
  return JSON.parse(JSON.stringify({ ...message, payload: message.payload ?? null }));
}

function requireFit(checked: ValidatedPayload): void {
  if (!checked.ok) throw checked.error;
}

// The database would refuse it, too, but only when the whole message is settled.
function requireTraceparent(traceparent: string | undefined): void {
  if (traceparent !== undefined && !parseTraceparent(traceparent))
    throw new TypeError(
      `traceparent is as in W3C Trace Context, version 00; got "${traceparent.slice(0, 100)}"`,
    );
}
