// What a migration has to do with the routines, decided from the files and the ledger alone.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Ledger } from './ledger.ts';
import type { RoutineFile } from './routine-file.ts';

const schema = 'millrace.';
/** Where releases up to 0.1 wrote the path of a routine's file instead of the routine's name. */
const pathsOfFiles = 'migrations/routines/';

export const isPathOfRoutine = (entry: string): boolean => entry.startsWith(pathsOfFiles);

/** The ledger's entry for a routine: `millrace.claim`. */
export const routineEntry = (routine: string): string => `${schema}${routine}`;

/** What the ledger has instead of a checksum for a routine that is gone, so that its name is not forgotten. */
export const gone = 'dropped';
/** What it has for one that a rollback needs again, with a text that nobody has compared. */
export const inUse = 'in use';
/** What it has for one that no file defines any more and that is still there: since which set of files. */
const unusedSince = 'unused since ';

const isUnused = (state: string | undefined) => state?.startsWith(unusedSince) ?? false;

/** Whether some release defines a routine, by its entry in the ledger. */
export const isDefined = (state: string | undefined): boolean => state !== gone && !isUnused(state);

export interface RoutineChanges {
  readonly changed: readonly RoutineFile[];
  /** Routines that this release is the first not to define. Code of the release before may still call them. */
  readonly unused: readonly string[];
  /** The ledger's mark for those. */
  readonly unusedMark: string;
  /** Routines that an earlier release has not defined any more. */
  readonly dropped: readonly string[];
  /** Names of retired routines that never were in this database. */
  readonly neverThere: readonly string[];
  /** Entries that the ledger is to forget. */
  readonly outdated: readonly string[];
}

/**
 * A routine is dropped only when no file defines it (it may have moved, into a file of any name), and not by the migration
 * that finds this first: while that one's functions are being updated, and if they are rolled back, older ones call it.
 */
export function routineChanges(
  files: readonly RoutineFile[],
  retired: readonly string[],
  ledger: Ledger,
): RoutineChanges {
  const paths = [...ledger.keys()].filter(isPathOfRoutine);
  // An older release has applied its own texts since, and its entries do not say over which of ours.
  const isOverwritten = paths.length > 0;
  const stateOf = (routine: string) => ledger.get(routineEntry(routine));
  const isApplied = (file: RoutineFile) =>
    file.defines.every((routine) => stateOf(routine) === file.checksum);
  const unusedMark = `${unusedSince}${stampOf(files)}`;
  const undefinedNow = undefinedRoutines(files, ledger);
  return {
    changed: files.filter((file) => isOverwritten || !isApplied(file)),
    unused: undefinedNow.filter((routine) => isDefined(stateOf(routine))),
    unusedMark,
    dropped: undefinedNow.filter(
      (routine) => isUnused(stateOf(routine)) && stateOf(routine) !== unusedMark,
    ),
    neverThere: retired.filter(
      (routine) => stateOf(routine) === undefined && !undefinedNow.includes(routine),
    ),
    outdated: paths,
  };
}

/**
 * Routines that a newer release has marked as unused and that these files define: after a rollback they are in use again.
 * Without this the release that comes next would take the one that was rolled back for the one before it, and drop them
 * under the code that runs.
 */
export const inUseAgain = (files: readonly RoutineFile[], ledger: Ledger): string[] =>
  files
    .flatMap(({ defines }) => defines)
    .filter((routine) => isUnused(ledger.get(routineEntry(routine))));

/** Whether anything is to be done at all. */
export function hasWork(changes: RoutineChanges): boolean {
  const { changed, unused, dropped, neverThere, outdated } = changes;
  return [changed, unused, dropped, neverThere, outdated].some(({ length }) => length > 0);
}

/** Routines that the ledger names and that no file defines. */
function undefinedRoutines(files: readonly RoutineFile[], ledger: Ledger): string[] {
  const defined = new Set(files.flatMap((file) => file.defines));
  const known = [...ledger.keys()].flatMap((entry) => {
    if (entry.startsWith(schema)) return [entry.slice(schema.length)];
    return isPathOfRoutine(entry) ? [basename(entry, '.sql')] : [];
  });
  return [...new Set(known)].filter((routine) => !defined.has(routine));
}

/** The same for the same routines, wherever their files lie. */
function stampOf(files: readonly RoutineFile[]): string {
  const texts = files.map(({ defines, checksum }) => `${defines.join()} ${checksum}`).sort();
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
}
