// "millrace/client/outbox": messages that a page keeps until the API has them. They are on the disk before they are sent, so neither a
// reload nor a journey without a network loses one; and each has its idempotency key from the beginning, so none is stored twice.
import { keepSending } from './keep-sending.ts';
import type { Enqueued } from './message-answers.ts';
import type { AnyMessages, EnqueueOptions } from './message-to-send.ts';
import { type OutboxStore, openOutboxStore, type StoredMessage } from './outbox-store.ts';
import { MillraceProblem } from './problem.ts';
import { type ClientOptions, createTransport } from './transport.ts';

/** A message that an outbox keeps, as it was given to it. */
export interface OutboxMessage {
  /** Its message type. */
  readonly type: string;
  /** As it was given. */
  readonly payload: unknown;
  /** The message's own, which `enqueue` has answered. */
  readonly idempotencyKey: string;
}

/** What an outbox is told. `patienceSeconds` does not count here: an outbox is patient for as long as it takes. */
export interface OutboxOptions extends Omit<ClientOptions, 'patienceSeconds'> {
  /**
   * Whose outbox it is, such as the customer's id. What one customer has left on a device is sent with that customer's token alone when
   * each has an outbox of their own.
   */
  readonly name: string;
  /**
   * Called when the API has stored a message, perhaps a second time after a reload. The outbox forgets the message when this has
   * ended; when it throws, the message is sent again, and the API says that it has it.
   */
  readonly onSent?: (message: OutboxMessage, answer: Enqueued) => void | Promise<void>;
  /**
   * Called with a message that the API refuses for good, such as one with a payload that does not fit. The outbox forgets it when this
   * has ended, and goes on with the next one; when it throws, the message stays where it is and is tried again.
   */
  readonly onRefused: (message: OutboxMessage, problem: MillraceProblem) => void | Promise<void>;
}

/** What `createOutbox` made. */
export interface Outbox<Messages extends object = AnyMessages> {
  /**
   * Keeps a message, and sends it as soon as that is possible. Resolves with its idempotency key when it is on the disk. The key stands
   * for the message for 30 days from its arrival, unless the options say otherwise.
   */
  enqueue<Type extends keyof Messages & string>(
    type: Type,
    payload: Messages[Type],
    options?: EnqueueOptions,
  ): Promise<string>;
  /** What has not been sent yet, in the order of sending. */
  waiting(): Promise<readonly OutboxMessage[]>;
  /** Sends nothing more, in this page. What is kept stays for the next outbox of the same name. */
  close(): void;
}

/** The longest that the API keeps a key, so that a message may be sent again that has waited on a device for weeks. */
const keySeconds = 2_592_000;

/** Browsers send 64 KiB in all for pages that are gone; headers count, too. */
const mostKeptAlive = 60_000;

/**
 * Opens the outbox of a name and begins to send what is in it: in order, one message at a time, and in one tab at a time where the
 * browser has Web Locks. It is tried again until the API has answered, also after a 401, since the customer may sign in again.
 *
 * @example
 * ```ts
 * const outbox = createOutbox<Messages>({
 *   ...{ url, token, name: customer.id },
 *   onSent: (message, { id, statusToken }) => follow(id, statusToken),
 *   onRefused: (message, problem) => show(problem.errors),
 * });
 * await outbox.enqueue('order.placed', { orderId: 'order-1001' });
 * ```
 */
export function createOutbox<Messages extends object = AnyMessages>(
  options: OutboxOptions,
): Outbox<Messages> {
  const store = openOutboxStore(options.name);
  const closing = new AbortController();
  const { signal } = closing;
  const { name } = options;
  const sending = keepSending((onDone) => sendAll(options, { store, signal, onDone }), {
    name,
    signal,
  });
  return {
    async enqueue(type, payload, { idempotencyKey, ...more } = {}) {
      const key = idempotencyKey ?? crypto.randomUUID();
      const body = JSON.stringify({ type, payload, idempotencySeconds: keySeconds, ...more });
      await store.add({ key, body });
      sending.wake();
      return key;
    },
    waiting: async () => (await store.oldest()).map(shown),
    close: () => closing.abort(new DOMException('The outbox was closed', 'AbortError')),
  };
}

const shown = ({ key, body }: StoredMessage): OutboxMessage => {
  const { type, payload } = JSON.parse(body);
  return { type, payload, idempotencyKey: key };
};

interface Sending {
  readonly store: OutboxStore;
  readonly signal: AbortSignal;
  /** Called after each message that the outbox is rid of. */
  readonly onDone: () => void;
}

/** Sends message after message until there is none. Throws when one cannot be sent now. */
async function sendAll(options: OutboxOptions, { store, signal, onDone }: Sending): Promise<void> {
  const send = createTransport({ ...options, patienceSeconds: 0 });
  for (;;) {
    const [message] = await store.oldest(1);
    if (!message || signal.aborted) return;
    const { key, body } = message;
    const answer = await send<Enqueued>({
      ...{ path: '/v1/messages', body: JSON.parse(body), signal },
      headers: { 'idempotency-key': key },
      keepalive: new TextEncoder().encode(body).length < mostKeptAlive,
    }).catch(refusalOf);
    if (answer instanceof MillraceProblem) await options.onRefused(shown(message), answer);
    else await options.onSent?.(shown(message), answer);
    await store.remove(message.place);
    onDone();
  }
}

/** Throws what may pass. What is not the API's own answer may be that of a hotel's network. */
function refusalOf(error: unknown): MillraceProblem {
  if (!(error instanceof MillraceProblem)) throw error;
  const { status, kind } = error;
  const mayPass = status < 400 || status >= 500 || status === 401 || status === 429;
  if (mayPass || ['other', 'idempotency-in-progress'].includes(kind)) throw error;
  return error;
}
