// The first file to open in client/: what an application calls to send messages and to follow them, over HTTP and on fetch alone,
// in browsers, Node and edge runtimes.
import type { EnqueuedChord, JoinedChord } from './chord-answers.ts';
import { type ChordToEnqueue, enqueueChord } from './enqueue-chord.ts';
import { type EnqueueManyOptions, enqueueMany } from './enqueue-many.ts';
import { joinChord, type MessagesToJoin } from './join-chord.ts';
import type { Enqueued, MessageStatus, SentEvent } from './message-answers.ts';
import type { AnyMessages, EnqueueOptions, MessageOf } from './message-to-send.ts';
import { type EventToSend, sendEvent } from './send-event.ts';
import { type ClientOptions, createTransport } from './transport.ts';
import { type StatusOptions, statusOf, watch } from './watch.ts';

/** What `createClient` made. Calls reject with a MillraceProblem, or with the reason of their signal when that is aborted. */
export interface Client<Messages extends object = AnyMessages> {
  /**
   * Enqueues a message. It is stored when this resolves, and stored once, however often the call had to be repeated. When it rejects
   * with the status 0 it may be stored or not; the same call with the same `idempotencyKey` finds out.
   */
  enqueue<Type extends keyof Messages & string>(
    type: Type,
    payload: Messages[Type],
    options?: EnqueueOptions & { readonly signal?: AbortSignal },
  ): Promise<Enqueued>;
  /**
   * Enqueues any number of messages, in their order, in batches of at most 1,000 that are each stored as a whole. The answers are in
   * the order of the messages. When it rejects, the batches before are stored; the pointers of the problem count the messages from
   * the first one that was given.
   */
  enqueueMany(
    messages: readonly MessageOf<Messages>[],
    options?: EnqueueManyOptions,
  ): Promise<readonly Enqueued[]>;
  /**
   * Enqueues up to 1,000 messages, all or none, and one that follows once, when all of them have ended. It is stored once, however often
   * the call had to be repeated.
   */
  enqueueChord(
    chord: ChordToEnqueue<Messages>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<EnqueuedChord>;
  /**
   * Enqueues up to 1,000 messages, all or none, that join an open chord, which does not end before they have. They join once, however
   * often the call had to be repeated. Rejects with the kind `chord-ended` when nothing joins it any more or there is none of this id,
   * and with `id-conflict` when another call has brought the same `id`.
   */
  joinChord(
    chordId: string,
    joining: MessagesToJoin<Messages>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<JoinedChord>;
  /**
   * Sends a message an event, for handlers in steps that wait for it by its name. Needs the scope `enqueue:` of the message's type, or
   * `operate`. May be called again: the first event of a name is the one that counts.
   */
  sendEvent(
    id: string,
    event: EventToSend,
    options?: { readonly signal?: AbortSignal },
  ): Promise<SentEvent>;
  /** How far a message has come. Needs the scope `read`, or the `statusToken` that its enqueue was answered with. */
  status(id: string, options?: StatusOptions): Promise<MessageStatus>;
  /**
   * Gives the status now and whenever it has changed, and ends when every delivery is done, dead or cancelled. It goes on through
   * failures that may pass, however long they last, and throws the others, such as a token that has expired.
   *
   * @example
   * ```ts
   * for await (const { status, deliveries } of client.watch(id, { statusToken })) show(status, deliveries);
   * ```
   */
  watch(id: string, options?: StatusOptions): AsyncGenerator<MessageStatus, void, undefined>;
}

/**
 * Makes a client of an API. Nothing is called before its first function is.
 *
 * @example
 * ```ts
 * const client = createClient({ url: 'https://api.example.com', token: () => session.accessToken() });
 * const { id, statusToken } = await client.enqueue('order.placed', { orderId: 'order-1001' });
 * ```
 */
export function createClient<Messages extends object = AnyMessages>(
  options: ClientOptions,
): Client<Messages> {
  const send = createTransport(options);
  return {
    enqueue(type, payload, { signal, idempotencyKey, ...more } = {}) {
      const key = idempotencyKey ?? crypto.randomUUID();
      return send({
        path: '/v1/messages',
        headers: { 'idempotency-key': key },
        body: { type, payload, ...more },
        signal,
      });
    },
    enqueueMany: (messages, more) => enqueueMany(send, messages, more),
    enqueueChord: (chord, { signal } = {}) => enqueueChord(send, chord, signal),
    joinChord: (id, joining, { signal } = {}) => joinChord(send, id, joining, signal),
    sendEvent: (id, event, { signal } = {}) => sendEvent(send, id, event, signal),
    status: (id, more) => statusOf(send, id, more),
    watch: (id, more) => watch(createTransport({ ...options, patienceSeconds: 0 }), id, more),
  };
}
