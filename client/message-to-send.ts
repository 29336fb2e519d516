// What an application may send: its message types by name, and the options of one message.

/** A client that was told of no message types takes every name and any payload; the API says what is wrong with it. */
export type AnyMessages = Readonly<Record<string, unknown>>;

/** How one message is to be delivered. The API checks it, and docs/http.md has the ranges. */
export interface EnqueueOptions {
  /** Seconds from now until it may be handled. Not together with `scheduledAt`. */
  readonly delaySeconds?: number;
  /** When it may be handled: an ISO 8601 instant with its offset. */
  readonly scheduledAt?: string;
  /** 1 (first) to 9 (last), default 5. */
  readonly priority?: number;
  /** Messages with the same key are handled one after another, in the order in which they were enqueued. */
  readonly groupKey?: string;
  /** For whom it is, such as a tenant's id: a fair queue is shared among those that wait in it. */
  readonly fairnessKey?: string;
  /**
   * Stands for what has happened, such as an order's id: whoever sends the same key again, also after a reload, sends the same message.
   * Default: a random one, which makes the repeats of this one call safe.
   */
  readonly idempotencyKey?: string;
  /** How long the key stands for the message, in seconds; default a day. */
  readonly idempotencySeconds?: number;
  /** Debounce: takes the place of what still waits under the key. */
  readonly replace?: boolean;
  /** Of the payload's form, default 1. */
  readonly version?: number;
  /** The W3C Trace Context of what caused the message. */
  readonly traceparent?: string;
  /** Texts that travel with the message to its handlers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One of the application's messages, with its options. */
export type MessageOf<Messages extends object> = {
  [Type in keyof Messages & string]: EnqueueOptions & {
    readonly type: Type;
    readonly payload: Messages[Type];
  };
}[keyof Messages & string];

/** One of a chord's messages. It takes no idempotency key, which might stand for a message that is in no chord. */
export type ChordMessageOf<Messages extends object> = {
  [Type in keyof Messages & string]: Omit<
    EnqueueOptions,
    'idempotencyKey' | 'idempotencySeconds' | 'replace'
  > & {
    readonly type: Type;
    readonly payload: Messages[Type];
  };
}[keyof Messages & string];
