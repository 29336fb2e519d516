// What a delivery has with it on its way through SQS. The relay writes it, the SQS consumer and the function for dead letters read
// it, and the database is told of each by it.

/** Everything that a handler and the database need of a delivery, without asking the database. */
export interface WireMessage {
  /** The message's id. */
  readonly id: string;
  readonly type: string;
  /** The version of the payload's form. */
  readonly version: number;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly groupKey: string | null;
  /** How many attempts were spent before it was sent: 0 normally. */
  readonly attempt: number;
  /** How many times the delivery had been sent on purpose before: 0 the first time. Copies of earlier rounds are superseded. */
  readonly round: number;
  /** 1 to 9, 1 the most urgent. Left out where it is 5, or where the queue has but one class of priority. */
  readonly priority?: number;
  /** For whom it is. Only in a queue that is fair. */
  readonly fairnessKey?: string;
  /** The number of the database that keeps its delivery, from 0. Left out where it is 0. */
  readonly database?: number;
}
