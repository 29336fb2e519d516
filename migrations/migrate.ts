// Brings a database to what this checkout declares: tables, routines, message types and queues, partitions.
// May be run at any time, by several at once: they take turns. A checkout that is older than the database changes
// nothing: see docs/decisions/0026-rollback-and-runtime.md.
import { join } from 'node:path';
import { type OpenSession, openSession, type Session } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { type NumberedDatabase, syncGroups, syncRegistry } from '#queue/routines/sync.ts';
import { applyRoutines, keepInUse } from './apply-routines.ts';
import { applyTables, requireUnchanged } from './apply-tables.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { newerNames, type OwnFiles } from './newer-release.ts';
import { requireReadCommitted } from './require-read-committed.ts';
import { readRetiredRoutines } from './retired-routines.ts';
import { hasWork, routineChanges } from './routine-changes.ts';
import { routineFiles } from './routine-file.ts';
import { readSqlFiles } from './sql-file.ts';
import { inTransaction } from './transaction.ts';

const ownTables = 'migrations/tables';
const ownRoutines = 'migrations/routines';
/** What the ledger calls the application's own tables, wherever they lie there: a folder may move. */
const applicationTables = 'handlers/tables';

export interface Migration {
  /** A connection string of the direct host: the lock lives in the session. */
  readonly url: string;
  readonly registry: Registry;
  readonly log: Log;
  /** The folder that holds migrations/; this checkout's by default. */
  readonly root?: string;
  /** The folder with the application's own numbered SQL files. Default: it has none. */
  readonly applicationTables?: string | undefined;
  /**
   * Whether this run belongs to a rollback, as far as the caller knows. Asked only when routines differ from the
   * database's: they are left as they are then, and only the declarations become this checkout's.
   */
  readonly isRollback?: () => Promise<boolean>;
  /** How long to wait for a database that sleeps or restarts, in milliseconds; default 90,000. */
  readonly wakeMs?: number;
  /** Which of how many databases it is. Default: the only one. See migrate-all.ts, which migrates all of them. */
  readonly place?: NumberedDatabase;
}

/** What a migration has done. */
export interface MigrationReport {
  /** Files that were applied and routines that were dropped; empty when the database was up to date. */
  readonly applied: readonly string[];
  /**
   * The table files and routines that a newer release has applied to this database. Present when there are any: the
   * database was left as it is then, with that release's routines and declarations.
   */
  readonly newer?: readonly string[];
}

/** Throws MigrationFailed naming the file; what was applied before it stays, and the next run goes on there. */
export function migrate(migration: Migration): Promise<MigrationReport> {
  return migrateOver(openSession, migration);
}

/** The same by any driver. */
export async function migrateOver(
  openSession: OpenSession,
  migration: Migration,
): Promise<MigrationReport> {
  return inTurn(openSession, migration, (session) => bringUpToDate(session, migration));
}

/** Does what migrations do in turn, however many want to at once: with the lock that each of them holds until its end. */
export async function inTurn<Result>(
  openSession: OpenSession,
  { url, wakeMs = 90_000 }: Pick<Migration, 'url' | 'wakeMs'>,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await retryTransient(() => openSession(url), { budgetMs: wakeMs });
  try {
    // Should this process be frozen or vanish without a word, the server ends its session, and with it the lock below.
    await session.script(
      `set idle_session_timeout = '1min'; set idle_in_transaction_session_timeout = '1min'`,
    );
    // Held until the session ends, however it ends.
    await session.query(`select pg_advisory_lock(hashtextextended('millrace.migrate', 0))`);
    return await work(session);
  } finally {
    await session.close().catch(() => {});
  }
}

async function bringUpToDate(session: Session, migration: Migration): Promise<MigrationReport> {
  const { registry, log, place, root = join(import.meta.dirname, '..') } = migration;
  await requireReadCommitted(session);
  const ledger = await readLedger(session);
  const own = await readOwnFiles(root);
  requireUnchanged(own.tables, ledger);
  const newer = newerNames(own, ledger);
  if (newer.length > 0) {
    await keepInUse(session, own.routines, ledger);
    log.warn('not migrated: the database is newer than this code', { newer });
    return { applied: [], newer };
  }
  const applied = await applyFiles(session, own, { ...migration, ledger });
  await inTransaction(session, () => syncRegistry(session, registry, place));
  await syncGroups(session);
  await session.query('select millrace.maintain()');
  log.info('migrated', { applied });
  return { applied };
}

async function readOwnFiles(root: string): Promise<OwnFiles> {
  return {
    tables: await readSqlFiles(join(root, ownTables), ownTables),
    routines: routineFiles(await readSqlFiles(join(root, ownRoutines), ownRoutines)),
    retired: await readRetiredRoutines(root, ownRoutines),
  };
}

async function applyFiles(
  session: Session,
  { tables, routines, retired }: OwnFiles,
  migration: Migration & { readonly ledger: Ledger },
): Promise<string[]> {
  const { ledger, log, isRollback, applicationTables: folder } = migration;
  const changes = routineChanges(routines, retired, ledger);
  // A new table file is a step forward, whatever called for it.
  const isForward = tables.some(({ name }) => !ledger.has(name));
  if (hasWork(changes) && !isForward && (await isRollback?.())) {
    await keepInUse(session, routines, ledger);
    log.warn('a rollback: the routines stay those of the newer code', {
      routines: changes.changed.map(({ name }) => name),
    });
    return [];
  }
  return [
    ...(await applyTables(session, tables, ledger)),
    ...(await applyRoutines(session, changes)),
    ...(await applyTables(
      session,
      folder ? await readSqlFiles(folder, applicationTables) : [],
      ledger,
    )),
  ];
}
