// What the HTTP API answers about messages.
import type { Outcome, Page, ShownError, Status } from './common-answers.ts';

/** What is answered about one message that was accepted. */
export interface Enqueued {
  readonly id: string;
  readonly type: string;
  readonly status: Status;
  readonly duplicate: boolean;
  readonly idempotentUntil?: string;
  /** Lets its holder ask for this message alone, until it expires. */
  readonly statusToken: string;
}

export interface Attempt {
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly startedAt: string | null;
  readonly finishedAt: string;
  /** Null where there was none, and for the holder of a status token. */
  readonly error: ShownError | null;
}

/** What a handler has told of its work. */
export interface Progress {
  /** 0 to 1. */
  readonly fraction: number;
  readonly note: string | null;
  readonly at: string;
}

export interface Delivery {
  readonly queue: string;
  readonly status: Status;
  readonly availableAt: string | null;
  readonly finishedAt: string | null;
  /** Of the attempt that is running; null when it has told none. */
  readonly progress: Progress | null;
  /** What the handler has returned as its result, redacted; null when nothing. */
  readonly result: unknown;
  readonly attempts: readonly Attempt[];
}

/** A message and how far each of its deliveries has come. The holder of a status token is not shown payload and headers. */
export interface MessageStatus {
  readonly id: string;
  readonly type: string;
  readonly payload?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly groupKey: string | null;
  /** The message whose handler has enqueued this one as a follow-up. */
  readonly causedBy: string | null;
  readonly status: Status;
  /** Changes whenever something of this answer does; given back as `since`, with `wait`, it waits for that. */
  readonly revision: string;
  readonly deliveries: readonly Delivery[];
}

/** A message in a list, without its payload. */
export interface MessageItem {
  readonly id: string;
  readonly type: string;
  readonly createdAt: string;
  readonly groupKey: string | null;
  readonly causedBy: string | null;
  readonly status: Status;
  readonly deliveries: readonly {
    readonly queue: string;
    readonly status: Status;
    readonly attempt: number;
    readonly availableAt: string | null;
    readonly finishedAt: string | null;
  }[];
}

export interface MessagePage extends Page<MessageItem> {
  /** How far back this page has looked, when it ended before it was full; null after the last page. */
  readonly searchedTo: string | null;
}

/** Which messages are meant; what is left out fits all. Newest first. */
export interface MessageFilter {
  readonly type?: string;
  readonly queue?: string;
  readonly status?: Status;
  /** Sent before this instant, by the time in its id. */
  readonly before?: string;
  readonly after?: string;
  readonly groupKey?: string;
  /** 32 hexadecimal digits, the trace id of a traceparent. */
  readonly traceId?: string;
  readonly idempotencyKey?: string;
}

/** A message's causes back to the first one, itself, and its follow-ups down to the last, oldest first. */
export interface Chain {
  readonly items: readonly Pick<MessageItem, 'id' | 'type' | 'createdAt' | 'causedBy' | 'status'>[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
}
