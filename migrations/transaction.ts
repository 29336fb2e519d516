// The transactions of a migration. Some need a table for themselves, which an open transaction of somebody else may hold
// for as long as it likes; and whoever comes while the migration waits for it stands in line behind the migration.
import { setTimeout as wait } from 'node:timers/promises';
import type { Session } from '#queue/database.ts';

/** So long, in milliseconds, others may have to stand behind a migration that waits for a lock. */
const lockWaitMs = 2_000;
/** Then they get so long, in milliseconds, to go on. */
const betweenTriesMs = 1_000;

/**
 * Runs the work in one transaction: all of it or nothing. Work that meets a lock which is not given back within two
 * seconds is undone and tried again, for up to budgetMs; the default is two minutes. Throws what the work has thrown.
 */
export async function inTransaction(
  session: Session,
  work: () => Promise<void>,
  budgetMs = 120_000,
): Promise<void> {
  const until = performance.now() + budgetMs;
  for (;;) {
    try {
      return await runOnce(session, work);
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() > until) throw error;
      await wait(betweenTriesMs);
    }
  }
}

async function runOnce(session: Session, work: () => Promise<void>): Promise<void> {
  await session.script(`begin; set local lock_timeout = ${lockWaitMs}`);
  try {
    await work();
    await session.script('commit');
  } catch (error) {
    // The connection may be what failed; then the server rolls back by itself.
    await session.script('rollback').catch(() => {});
    throw error;
  }
}

/** lock_not_available (55P03), by itself or as the cause of a file's failure. */
export function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === '55P03') || isLockTimeout(error.cause);
}
