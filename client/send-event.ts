// What a handler in steps waits for.
import type { SentEvent } from './message-answers.ts';
import type { Send } from './transport.ts';

/** An event that is to be sent to a message. */
export interface EventToSend {
  /** 1 to 100 characters, by which a handler waits for it. The first event of a name is the one that counts. */
  readonly name: string;
  /** At most 16 KiB of JSON. */
  readonly payload?: unknown;
}

export const sendEvent = (
  send: Send,
  id: string,
  event: EventToSend,
  signal?: AbortSignal,
): Promise<SentEvent> =>
  send({ path: `/v1/messages/${encodeURIComponent(id)}/events`, body: event, signal });
