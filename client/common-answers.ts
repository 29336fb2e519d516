// What several answers of the HTTP API have in common. Instants are ISO 8601 with their offset. The answers are types: for the
// client, the console and the command line, and the API's own schemas are checked against them by the compiler.

/** Where a delivery stands. */
export type Status =
  | 'pending'
  | 'scheduled'
  | 'blocked'
  | 'processing'
  | 'relayed'
  | 'done'
  | 'dead'
  | 'cancelled';

/** How an attempt ended. */
export type Outcome = 'done' | 'retry' | 'dead' | 'snooze' | 'expired' | 'cancelled' | 'relayed';

/** An error as it was recorded. `stack` is shown to callers with the scope `operate` alone. */
export interface ShownError {
  /** Of its class, such as `TypeError`. */
  readonly name: string;
  /** Without the values that its message type redacts. */
  readonly message: string;
  /** Such as `ECONNREFUSED`. */
  readonly code?: string | number;
  /** What it was thrown for. */
  readonly cause?: ShownError;
  /** Those for which this one stands. */
  readonly errors?: readonly ShownError[];
  /** Lines of code. */
  readonly stack?: string;
}

/** What is asked of several databases. */
export interface Partly {
  /** The numbers of those that did not answer, and are left out; absent when all have. */
  readonly databasesAway?: readonly number[];
}

/** Of a page: null after the last one. A page may have few items, or none, before the last. */
export interface Page<Item> extends Partly {
  /** In the order of the list. */
  readonly items: readonly Item[];
  /** For the next page; null after the last one. */
  readonly nextCursor: string | null;
}
