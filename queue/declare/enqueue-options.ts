/** How one message is to be delivered; the same names in HTTP, SQL and TypeScript. */
export interface EnqueueOptions {
  /** Seconds from now until the first claim, 0 to 31536000; not together with scheduledAt. */
  readonly delaySeconds?: number;
  /** ISO 8601 instant with offset, at most a year ahead; in the past means now. */
  readonly scheduledAt?: string;
  /** 1 (first) to 9, default 5. */
  readonly priority?: number;
  /** Deliveries with the same key are handled one after another, in enqueue order, in each queue. */
  readonly groupKey?: string;
  /** The same key and type within the window is the same message: it is stored once. 1 to 200 characters. */
  readonly idempotencyKey?: string;
  /** The key's window, 1 to 2592000 (30 days), default 86400. */
  readonly idempotencySeconds?: number;
  /** Debounce: takes the place of what still waits under the same idempotencyKey, and restarts its delay. */
  readonly replace?: boolean;
  /** Of the payload's form, 1 to 32767, default 1; see the type's upcasters. */
  readonly version?: number;
  /** W3C Trace Context of what caused the message. */
  readonly traceparent?: string;
  /** Text values that travel with the message to its handlers. */
  readonly headers?: Readonly<Record<string, string>>;
}
