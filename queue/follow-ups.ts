// The messages that a handler enqueues: checked at once, stored when its own message is settled as done.
import type { ClaimedDelivery } from './claimed-delivery.ts';
import type { EnqueueOptions, NewMessage } from './enqueue.ts';
import type { AnyMessageType } from './message-type.ts';
import { type ValidatedPayload, validatePayload } from './payload.ts';
import { childOf, formatTraceparent, parseTraceparent, traceOf } from './traceparent.ts';
import { uuidV7 } from './uuid-v7.ts';

export class FollowUps {
  readonly #messages: NewMessage[] = [];
  readonly #checks: Promise<void>[] = [];
  readonly #cause: ClaimedDelivery;
  #isClosed = false;

  /** They belong to the trace of the delivery that causes them. */
  constructor(cause: ClaimedDelivery) {
    this.#cause = cause;
  }

  /**
   * Throws when the payload does not fit, at once or, for a schema that checks asynchronously, from close(). The
   * payload is of the type's own version unless the options give another.
   */
  add(type: AnyMessageType, payload: unknown, options: EnqueueOptions = {}): string {
    if (this.#isClosed) throw new Error('enqueue was called after the handler had returned');
    const { version = type.version, traceparent = this.#traceparent(options) } = options;
    requireTraceparent(traceparent);
    const checked = validatePayload(type, payload, version);
    if (checked instanceof Promise) this.#checks.push(checked.then(requireFit));
    else requireFit(checked);
    const id = uuidV7();
    this.#messages.push({
      ...options,
      ...(version > 1 && { version }),
      ...(traceparent !== undefined && { traceparent }),
      id,
      type: type.name,
      payload,
    });
    return id;
  }

  #traceparent({ headers }: EnqueueOptions): string | undefined {
    const trace = traceOf(this.#cause.headers);
    if (!trace || (headers && 'traceparent' in headers)) return undefined;
    return formatTraceparent(childOf(trace));
  }

  /** What was enqueued. The handler has returned: nothing more is taken. */
  async close(): Promise<readonly NewMessage[]> {
    this.#isClosed = true;
    await Promise.all(this.#checks);
    return this.#messages;
  }
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
