// Tells a checkout that is older than the database: it lacks table files that were applied there.
import type { Ledger } from './ledger.ts';
import type { SqlFile } from './sql-file.ts';

/**
 * The table files of a folder that a newer release has applied, in order; none when this checkout has them all. Of
 * Millrace's own folder only: no release takes one of its table files back. An application may, when it replaces the
 * example's tables by its own.
 */
export function newerTables(folder: string, files: readonly SqlFile[], ledger: Ledger): string[] {
  const known = new Set(files.map(({ name }) => name));
  return [...ledger.keys()]
    .filter((name) => name.startsWith(`${folder}/`) && !known.has(name))
    .sort();
}
