// The messages that a handler enqueues: checked at once, stored when its own message is settled as done.
import type { EnqueueOptions, NewMessage } from './enqueue.ts';
import { PayloadMismatch } from './errors.ts';
import type { AnyMessageType } from './message-type.ts';
import { type CheckedPayload, validatePayload } from './payload.ts';
import { uuidV7 } from './uuid-v7.ts';

export class FollowUps {
  readonly #messages: NewMessage[] = [];
  readonly #checks: Promise<void>[] = [];
  #isClosed = false;

  /** Throws a PayloadMismatch, at once or, for a schema that checks asynchronously, from close(). */
  add(type: AnyMessageType, payload: unknown, options: EnqueueOptions = {}): string {
    if (this.#isClosed) throw new Error('enqueue was called after the handler had returned');
    const checked = validatePayload(type, payload);
    if (checked instanceof Promise) this.#checks.push(checked.then((c) => requireFit(type, c)));
    else requireFit(type, checked);
    const id = uuidV7();
    this.#messages.push({ ...options, id, type: type.name, payload });
    return id;
  }

  /** What was enqueued. The handler has returned: nothing more is taken. */
  async close(): Promise<readonly NewMessage[]> {
    this.#isClosed = true;
    await Promise.all(this.#checks);
    return this.#messages;
  }
}

function requireFit(type: AnyMessageType, checked: CheckedPayload): void {
  if (!checked.ok) throw new PayloadMismatch(type.name, checked.issues);
}
