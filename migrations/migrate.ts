// Brings a database to what this checkout declares: tables, routines, message types and queues, partitions.
// May be run at any time, by several at once: they take turns.
import { join } from 'node:path';
import { openSession, type Session } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { applyRoutines } from './apply-routines.ts';
import { applyTables } from './apply-tables.ts';
import { readLedger } from './ledger.ts';
import { routineFiles } from './routine-file.ts';
import { readSqlFiles } from './sql-file.ts';

const ownTables = 'migrations/tables';
const ownRoutines = 'migrations/routines';
/** Tables of the application's own, beside its handlers. */
const appTables = 'handlers/tables';

export interface Migration {
  /** A connection string of the direct host: the lock lives in the session. */
  readonly url: string;
  readonly registry: Registry;
  readonly log: Log;
  /** The folder that holds migrations/ and handlers/; this checkout's by default. */
  readonly root?: string;
  /** How long to wait for a database that sleeps or restarts, in milliseconds; default 90,000. */
  readonly wakeMs?: number;
}

export interface MigrationReport {
  /** Files that were applied and routines that were dropped; empty when the database was up to date. */
  readonly applied: readonly string[];
}

/** Throws MigrationFailed naming the file; what was applied before it stays, and the next run goes on there. */
export async function migrate(migration: Migration): Promise<MigrationReport> {
  const session = await retryTransient(() => openSession(migration.url), {
    budgetMs: migration.wakeMs ?? 90_000,
  });
  try {
    // Held until the session ends, however it ends.
    await session.query(`select pg_advisory_lock(hashtextextended('millrace.migrate', 0))`);
    const applied = await applyAll(session, migration.root ?? join(import.meta.dirname, '..'));
    await syncRegistry(session, migration.registry);
    await session.query('select millrace.maintain()');
    migration.log.info('migrated', { applied });
    return { applied };
  } finally {
    await session.close().catch(() => {});
  }
}

async function applyAll(session: Session, root: string): Promise<string[]> {
  const ledger = await readLedger(session);
  const tables = await applyTables(session, await readSqlFiles(root, ownTables), ledger);
  const files = routineFiles(await readSqlFiles(root, ownRoutines));
  const routines = await applyRoutines(session, files, ledger);
  const app = await applyTables(session, await readSqlFiles(root, appTables), ledger);
  return [...tables, ...routines, ...app];
}
