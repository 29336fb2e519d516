// Table files: numbered, forward only, each applied once in a transaction of its own.
import type { Session } from '#queue/database.ts';
import type { Ledger } from './ledger.ts';
import { recordApplied } from './ledger.ts';
import { MigrationFailed } from './migration-failed.ts';
import type { SqlFile } from './sql-file.ts';
import { inTransaction } from './transaction.ts';

/** Applies the files that the ledger lacks; returns their names. Throws when an applied file has changed. */
export async function applyTables(
  session: Session,
  files: readonly SqlFile[],
  ledger: Ledger,
): Promise<string[]> {
  for (const file of files) requireUnchanged(file, ledger);
  const pending = files.filter((file) => !ledger.has(file.name));
  for (const file of pending) await applyOnce(session, file);
  return pending.map((file) => file.name);
}

function requireUnchanged(file: SqlFile, ledger: Ledger): void {
  const applied = ledger.get(file.name);
  if (applied === undefined || applied === file.checksum) return;
  throw new MigrationFailed(
    file.name,
    'was applied with other contents; table files are never edited, add a new one instead',
  );
}

async function applyOnce(session: Session, file: SqlFile): Promise<void> {
  try {
    await inTransaction(session, async () => {
      await session.script(file.text);
      await recordApplied(session, file);
    });
  } catch (error) {
    throw MigrationFailed.from(file.name, error);
  }
}
