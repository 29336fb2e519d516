/**
 * How one message is to be delivered. The options have the same names and ranges in TypeScript, SQL and HTTP; only the
 * default of `version` differs, and over HTTP the idempotency key of a single message is the header `Idempotency-Key`.
 */
export interface EnqueueOptions {
  /** Seconds from now until it may be handled, 0 to 31536000 (a year), default 0. Not together with `scheduledAt`. */
  readonly delaySeconds?: number;
  /**
   * When it may be handled: an ISO 8601 instant with its offset, such as "2026-03-01T08:30:00+01:00", at most 366 days
   * ahead. One in the past means now.
   */
  readonly scheduledAt?: string;
  /**
   * 1 (first) to 9 (last), default 5. What waits at a lower number is handled before all that waits at a higher one.
   */
  readonly priority?: number;
  /**
   * 1 to 200 characters, such as a customer's id. Messages with the same key form a group: each queue handles them one
   * after another, in the order in which they were enqueued, or `groupConcurrency` of them at a time. None by default.
   */
  readonly groupKey?: string;
  /**
   * 1 to 200 characters: for whom it is, such as a tenant's id. A queue with the policy `fair` is shared among those that wait in it;
   * other queues do not look at it. None by default.
   */
  readonly fairnessKey?: string;
  /**
   * 1 to 200 characters. The same key and type within the key's window is the same message: it is stored once, and a
   * second enqueue is answered with the first one's id. With another payload it is refused. None by default.
   */
  readonly idempotencyKey?: string;
  /** How long the key stands for the message, in seconds. 1 to 2592000 (30 days), default 86400 (a day). */
  readonly idempotencySeconds?: number;
  /**
   * Debounce, default false: the message takes the place of one that still waits under the same `idempotencyKey`, and
   * the delay starts anew. So of many changes in a row only the last one is handled.
   */
  readonly replace?: boolean;
  /**
   * The version of the payload's form, 1 to 32767, for a producer that still has an older one; the type's upcasters
   * bring it up to date. Default: in TypeScript the type's own version; over HTTP and in SQL 1, so that producers who
   * have never heard of versions go on working when the type gets a new one.
   */
  readonly version?: number;
  /**
   * The id of an open chord that the message joins: what follows it waits for this message, too. None by default. Not together with
   * `idempotencyKey`; a follow-up may name the chord that its cause is in, which cannot end before it.
   */
  readonly chordId?: string;
  /** The W3C Trace Context of what caused the message. Default: none, or for a follow-up the trace of its message. */
  readonly traceparent?: string;
  /** Texts that travel with the message to its handlers, by name. HTTP takes no more than docs/http.md says. */
  readonly headers?: Readonly<Record<string, string>>;
}
