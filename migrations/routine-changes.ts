// What a migration has to do with the routines, decided from the files and the ledger alone.
import { basename } from 'node:path';
import type { Ledger } from './ledger.ts';
import type { RoutineFile } from './routine-file.ts';

const schema = 'millrace.';
/** Where releases up to 0.1 wrote the path of a routine's file instead of the routine's name. */
const pathsOfFiles = 'migrations/routines/';

/** The ledger's entry for a routine: `millrace.claim`. */
export const routineEntry = (routine: string): string => `${schema}${routine}`;

export interface RoutineChanges {
  readonly changed: readonly RoutineFile[];
  /** Routines that the ledger knows and that no file defines any more. */
  readonly dropped: readonly string[];
  /** Entries that the ledger is to forget. */
  readonly outdated: readonly string[];
}

/** A routine is dropped only when no file defines it: it may have moved, into a file of any name. */
export function routineChanges(files: readonly RoutineFile[], ledger: Ledger): RoutineChanges {
  const entries = [...ledger.keys()];
  const paths = entries.filter((entry) => entry.startsWith(pathsOfFiles));
  // An older release has applied its own texts since, and its entries do not say over which of ours.
  const isOverwritten = paths.length > 0;
  const isApplied = (file: RoutineFile) =>
    file.defines.every((routine) => ledger.get(routineEntry(routine)) === file.checksum);
  const defined = new Set(files.flatMap((file) => file.defines));
  const known = [
    ...entries
      .filter((entry) => entry.startsWith(schema))
      .map((entry) => entry.slice(schema.length)),
    ...paths.map((path) => basename(path, '.sql')),
  ];
  const dropped = [...new Set(known)].filter((routine) => !defined.has(routine));
  return {
    changed: files.filter((file) => isOverwritten || !isApplied(file)),
    dropped,
    outdated: [...paths, ...dropped.map(routineEntry)],
  };
}
