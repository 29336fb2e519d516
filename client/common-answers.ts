// What several answers of the HTTP API have in common. Instants are ISO 8601 with their offset. The answers are types: for the
// client, the console and the command line, and the API's own schemas are checked against them by the compiler.

/** Where a delivery stands. */
export type Status =
  | 'pending'
  | 'scheduled'
  | 'blocked'
  | 'processing'
  | 'done'
  | 'dead'
  | 'cancelled';

/** How an attempt ended. */
export type Outcome = 'done' | 'retry' | 'dead' | 'snooze' | 'expired' | 'cancelled';

/** An error as it was recorded. `stack` is shown to callers with the scope `operate` alone. */
export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly cause?: ShownError;
  readonly errors?: readonly ShownError[];
  readonly stack?: string;
}

/** Of a page: null after the last one. A page may have few items, or none, before the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
