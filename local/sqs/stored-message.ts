// What a queue keeps of a message, and how that changes. Changes are what the journal is made of: whoever applies them again in
// their order has the queue again.

/** Times are milliseconds since 1970. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Of a message of a FIFO queue: 20 digits, which grow. */
  readonly sequenceNumber?: string;
  /** The queue that has given it up, of a message in a dead-letter queue. */
  readonly sourceArn?: string;
  /** Before it nobody receives it: the end of its delay, or of its visibility timeout. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  receivedAt?: number;
}

/** What a FIFO queue remembers for five minutes of what it has taken. */
export interface Deduplicated {
  readonly id: string;
  readonly sequenceNumber: string;
  readonly until: number;
}

export type Change = { readonly queue: string } & (
  | { readonly sent: StoredMessage }
  | { readonly deduplicationId: string; readonly deduplicated: Deduplicated }
  | { readonly received: readonly string[]; readonly at: number; readonly until: number }
  | { readonly hidden: string; readonly until: number }
  | { readonly deleted: readonly string[] }
  | { readonly purged: true }
);
