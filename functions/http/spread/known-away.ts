// Which databases have failed to answer a moment ago. Among several, a request that any of them can take goes past these, and one
// that asks all does not wait for them as long as for the others.
import type { Database } from '#queue/database.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';

/** A database that is back is found after this at the latest; until then every other request is spared the wait. */
const rememberMs = 10_000;

const awayUntil = new WeakMap<Database, number>();

/** Whether its last call has failed, less than ten seconds ago. */
export const isKnownAway = (database: Database): boolean =>
  monotonicMs() < (awayUntil.get(database) ?? 0);

export const noteAway = (database: Database): unknown =>
  awayUntil.set(database, monotonicMs() + rememberMs);

export const noteAnswer = (database: Database): unknown => awayUntil.delete(database);
