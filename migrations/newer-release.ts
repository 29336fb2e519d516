// Tells a checkout that is older than the database: it lacks names that were applied there. No release forgets a name. A
// table file stays for ever, and a routine whose file is deleted goes on being named in migrations/routines/retired.txt.
import type { Ledger } from './ledger.ts';
import { isDefined, isPathOfRoutine, routineEntry } from './routine-changes.ts';
import type { RoutineFile } from './routine-file.ts';
import type { SqlFile } from './sql-file.ts';

/** What a checkout has of Millrace's own. Tables of the application do not count: it may replace the example's by its own. */
export interface OwnFiles {
  readonly tables: readonly SqlFile[];
  readonly routines: readonly RoutineFile[];
  /** Names of routines that no file defines any more. */
  readonly retired: readonly string[];
}

/**
 * The table files and routines that only a newer release can have applied, in order; none when this checkout is as new as
 * the database. When each has what the other lacks, it is the table files that tell. With routines alone the two are
 * branches of one project, of which neither is older.
 */
export function newerNames(own: OwnFiles, ledger: Ledger): string[] {
  const tables = new Set(own.tables.map(({ name }) => name));
  const newerTables = namesIn(ledger, 'migrations/tables/').filter((name) => !tables.has(name));
  const routines = new Set(
    [...own.routines.flatMap(({ defines }) => defines), ...own.retired].map(routineEntry),
  );
  // One that is marked as unused, or gone, is not what a newer release has brought: somebody has not defined it either.
  const newerRoutines = namesIn(ledger, 'millrace.').filter(
    (name) => !routines.has(name) && isDefined(ledger.get(name)),
  );
  const hasNews = [...tables, ...routines].some((name) => !ledger.has(name));
  // Releases up to 0.1 wrote paths of routine files, so where there are any, an older release was here last.
  const isOfOlder = [...ledger.keys()].some(isPathOfRoutine);
  if (newerTables.length === 0 && (hasNews || isOfOlder)) return [];
  return [...newerTables, ...newerRoutines];
}

const namesIn = (ledger: Ledger, prefix: string) =>
  [...ledger.keys()].filter((name) => name.startsWith(prefix)).sort();
