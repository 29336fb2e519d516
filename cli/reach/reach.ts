// What commands talk to. Whichever way a command takes, it makes the same calls and gets the same answers.

import type { Status } from '#client/common-answers.ts';
import type { Operations } from '#client/operations.ts';
import type { Database } from '#queue/database.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';

interface Enqueued {
  readonly id: string;
  readonly type: string;
  readonly status: Status;
  readonly duplicate: boolean;
  readonly idempotentUntil?: string;
}

/** One of the deployment's databases, by its number. */
export interface ReachedDatabase {
  /** Not to be printed, because it may hold a password. */
  readonly url: string;
  /** The database itself, also where its schema is too old for anything else. */
  readonly database: Database;
}

export interface Reach {
  /** Of the HTTP API; empty over SQL. */
  readonly url: string;
  readonly operations: Operations;
  /** Of a message without an id: it gets one here. With a `chordId` it joins that chord. */
  enqueue(message: Omit<NewMessage, 'id'>): Promise<Enqueued>;
  /** None over HTTP, one, or all of several. */
  readonly databases: readonly ReachedDatabase[];
  /** What the call has failed with, as a person is told it. */
  failureOf(error: unknown): unknown;
  close(): Promise<void>;
}
