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
  requireUnchanged(files, ledger);
  const pending = files.filter((file) => !ledger.has(file.name));
  for (const file of pending) await applyOnce(session, file);
  return pending.map((file) => file.name);
}

/** Throws MigrationFailed naming the first file that was applied with other contents. */
export function requireUnchanged(files: readonly SqlFile[], ledger: Ledger): void {
  for (const { name, checksum } of files) {
    const applied = ledger.get(name);
    if (applied !== undefined && applied !== checksum)
      throw new MigrationFailed(
        name,
        'was applied with other contents; table files are never edited, add a new one instead',
      );
  }
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
