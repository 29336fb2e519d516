// The messages that a handler enqueues: checked at once, stored when its own message is settled as done.
import type { EnqueueOptions, NewMessage } from './enqueue.ts';
import { PayloadMismatch } from './errors.ts';
import type { AnyMessageType } from './message-type.ts';
import { type CheckedPayload, validatePayload } from './payload.ts';
import { uuidV7 } from './uuid-v7.ts';

export class FollowUps {
  readonly messages: NewMessage[] = [];
  readonly #checks: Promise<void>[] = [];

  /** Throws a PayloadMismatch, at once or, for a schema that checks asynchronously, from checked(). */
  add(type: AnyMessageType, payload: unknown, options: EnqueueOptions = {}): string {
    const message = asStored({ ...options, id: uuidV7(), type: type.name, payload });
    const checked = validatePayload(type, message.payload);
    if (checked instanceof Promise) this.#await(checked.then((c) => requireFit(type, c)));
    else requireFit(type, checked);
    this.messages.push(message);
    return message.id;
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
}

/** As its handlers will read it. What JSON cannot carry, or what is changed later, must not come up in settle. */
function asStored(message: NewMessage): NewMessage {
  return JSON.parse(JSON.stringify({ ...message, payload: message.payload ?? null }));
}

function requireFit(type: AnyMessageType, checked: CheckedPayload): void {
  if (!checked.ok) throw new PayloadMismatch(type.name, checked.issues);
}
