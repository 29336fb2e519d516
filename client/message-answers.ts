// What the HTTP API answers about messages.
import type { Outcome, Page, Partly, ShownError, Status } from './common-answers.ts';

/** What is answered about one message that was accepted. */
export interface Enqueued {
  /** A version 7 uuid. */
  readonly id: string;
  /** Of the message. */
  readonly type: string;
  /** Of its deliveries taken together. */
  readonly status: Status;
  /** Whether it was there before, under the same idempotency key; also when it was the first try of this very call. */
  readonly duplicate: boolean;
  /** Until when the key stands for this message. */
  readonly idempotentUntil?: string;
  /** Lets its holder ask for this message alone, until it expires. */
  readonly statusToken: string;
}

/** One attempt at a delivery that has ended. */
export interface Attempt {
  /** 1 for the first one. */
  readonly attempt: number;
  /** How it ended. */
  readonly outcome: Outcome;
  /** Null where its consumer has not told. */
  readonly startedAt: string | null;
  /** When it ended. */
  readonly finishedAt: string;
  /** Null where there was none, and for the holder of a status token. */
  readonly error: ShownError | null;
}

/** What a handler has told of its work. */
export interface Progress {
  /** 0 to 1. */
  readonly fraction: number;
  /** What the handler says of it; null when nothing. */
  readonly note: string | null;
  /** When it was told. */
  readonly at: string;
}

/** A step of a handler in steps, or a sleep or a wait among them. */
export interface Step {
  /** Of an event, also its name. */
  readonly name: string;
  /** event: a wait for one. */
  readonly kind: 'step' | 'sleep' | 'event';
  /** Of the handler that has begun it. */
  readonly version: number;
  /** When it began; of a step that was run more than once, the run that is recorded. */
  readonly startedAt: string;
  /** Null while it sleeps or waits, and for good when the message was cancelled meanwhile. */
  readonly finishedAt: string | null;
  /** Until when it sleeps, or waits at most; null for a step. */
  readonly dueAt: string | null;
  /** The size of its result, or of the event's payload; null when it gave nothing, or no event came in time. */
  readonly bytes: number | null;
  /** Redacted. Null where the results from this one to the last have over 64 KiB together. */
  readonly result: unknown;
}

/** An event that was sent to a message, without its payload. */
export interface KeptEvent {
  /** By which a handler in steps may wait for it. */
  readonly name: string;
  /** When it came. */
  readonly sentAt: string;
}

/** A message on its way through one queue. */
export interface Delivery {
  /** Its name. */
  readonly queue: string;
  /** Where the delivery stands. */
  readonly status: Status;
  /** When it may be claimed; null when it is not waiting. */
  readonly availableAt: string | null;
  /** Null until it has ended. */
  readonly finishedAt: string | null;
  /**
   * True where SQS has it and only failures are recorded of its queue: it may be over already, and a success is shown nowhere. Absent
   * where an end will be shown.
   */
  readonly endsUnseen?: boolean;
  /** Of the attempt that is running; null when it has told none. */
  readonly progress: Progress | null;
  /** What the handler has returned as its result, redacted; null when nothing. */
  readonly result: unknown;
  /** In their order; null when none were recorded. Not shown to the holder of a status token. */
  readonly steps?: readonly Step[] | null;
  /** Events that no step of this delivery has waited for so far; null where there are none. Not shown to the holder of a status token. */
  readonly events?: readonly KeptEvent[] | null;
  /** In their order; without the one that is running. */
  readonly attempts: readonly Attempt[];
}

/** A message and how far each of its deliveries has come. The holder of a status token is not shown payload and headers. */
export interface MessageStatus {
  /** A version 7 uuid. */
  readonly id: string;
  /** Of the message. */
  readonly type: string;
  /** As it was sent, without the values that its type redacts. */
  readonly payload?: unknown;
  /** As they were sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When it was stored. */
  readonly createdAt: string;
  /** Null when it belongs to no group. */
  readonly groupKey: string | null;
  /** The message whose handler has enqueued this one as a follow-up. */
  readonly causedBy: string | null;
  /** The chord that it is a member of, if any. Not shown to the holder of a status token. */
  readonly chordId?: string | null;
  /** Of its deliveries taken together. */
  readonly status: Status;
  /** Changes whenever something of this answer does; given back as `since`, with `wait`, it waits for that. */
  readonly revision: string;
  /** One for each queue that subscribes to its type. */
  readonly deliveries: readonly Delivery[];
}

/** What became of an event that was sent to a message. The same call made again answers the same. */
export interface SentEvent {
  /** Whether the one that counts, which is the first of its name, has this payload. */
  readonly accepted: boolean;
  /** When that one was sent; null when the message has 100 events of other names, and this one is not kept. */
  readonly sentAt: string | null;
}

/** A message in a list, without its payload. */
export interface MessageItem {
  /** A version 7 uuid. */
  readonly id: string;
  /** Of the message. */
  readonly type: string;
  /** When it was stored. */
  readonly createdAt: string;
  /** Null when it belongs to no group. */
  readonly groupKey: string | null;
  /** The message whose handler has enqueued it; null when none has. */
  readonly causedBy: string | null;
  /** Of its deliveries taken together. */
  readonly status: Status;
  /** One for each queue that subscribes to its type. */
  readonly deliveries: readonly {
    readonly queue: string;
    readonly status: Status;
    readonly attempt: number;
    readonly availableAt: string | null;
    readonly finishedAt: string | null;
  }[];
}

/** A page of messages, newest first. */
export interface MessagePage extends Page<MessageItem> {
  /** How far back this page has looked, when it ended before it was full; null after the last page. */
  readonly searchedTo: string | null;
}

/** Which messages are meant; what is left out fits all. Newest first. */
export interface MessageFilter {
  /** Of this message type. */
  readonly type?: string;
  /** With a delivery in this queue. */
  readonly queue?: string;
  /** With a delivery that stands there. */
  readonly status?: Status;
  /** Sent before this instant, by the time in its id. */
  readonly before?: string;
  /** Sent at this instant or later. */
  readonly after?: string;
  /** Of this group. */
  readonly groupKey?: string;
  /** 32 hexadecimal digits, the trace id of a traceparent. */
  readonly traceId?: string;
  /** Sent under this key, by whomever. */
  readonly idempotencyKey?: string;
}

/** A message's causes back to the first one, itself, and its follow-ups down to the last, oldest first. */
export interface Chain extends Partly {
  /** At most 1,000. */
  readonly items: readonly Pick<MessageItem, 'id' | 'type' | 'createdAt' | 'causedBy' | 'status'>[];
  /** Whether there are more than are shown. */
  readonly more: boolean;
}
