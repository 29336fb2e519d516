import type { Database, Session } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';

/** What a drain needs. */
export interface DrainOptions {
  /** Where the queues are. All statements but those of transactional handlers go through it, several at once. */
  readonly database: Database;
  /** Whose queues are drained, by its handlers. What it declares must be in the database already: migrating copies it there. */
  readonly registry: Registry;
  /** Takes the drain's lines and those of handlers; `console` will do. */
  readonly log: Log;
  /**
   * Answers how much time the drain has left, in milliseconds, at most a day. Handlers that still run when 1,500 are left are
   * aborted, so that everything can be settled; none is started with less than 3,500, and with less than 2,000 nothing is done.
   */
  readonly remainingMs: () => number;
  /** Opens a connection of its own. Needed where there are transactional handlers, and only there. Default: none. */
  readonly openSession?: () => Promise<Session>;
}
