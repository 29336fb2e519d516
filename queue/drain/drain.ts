// A drain for whoever has processes of their own: a worker, a container, a test. Our functions drain by
// drain-invocation.ts, which also knows the modes of a deployment.
import { drainInvocation } from './drain-invocation.ts';
import type { DrainOptions } from './drain-options.ts';
import type { DrainSummary } from './summary.ts';

/**
 * Drains every queue of the registry, side by side, until they are empty or the time is up; logs and answers what was
 * done. Several may drain at once, in one process or in many. Calls are repeated while the database is away, for as long as
 * there is time, or for ten seconds when nothing is held. With too little time for a call it does nothing. Each part of a
 * drain runs, whatever becomes of the others; the first reason is thrown at the end, when the database has refused one of
 * them or has stayed away: what was claimed comes back when its lease ends. Throws SchemaTooOld, with what to run, before it
 * claims anything from a database that an older release has migrated. Throws SessionUnavailable when transactional handlers
 * got no connection: everything claimed is settled or released then.
 *
 * @example
 * ```ts
 * const endsAt = Date.now() + 55_000;
 * const { done, dead } = await drain({
 *   database: openDatabase(url),
 *   openSession: () => openSession(url),
 *   registry,
 *   log: console,
 *   remainingMs: () => endsAt - Date.now(),
 * });
 * ```
 */
export function drain(options: DrainOptions): Promise<DrainSummary> {
  const { database, registry, log, remainingMs, openSession } = options;
  const given = { database, registry, log, remainingMs };
  return drainInvocation(openSession ? { ...given, openSession } : given);
}
