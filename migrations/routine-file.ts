// A routine file, known by what it defines and not by where it lies: a file that is moved or renamed changes nothing
// in the database.
import { MigrationFailed } from './migration-failed.ts';
import type { SqlFile } from './sql-file.ts';

export interface RoutineFile extends SqlFile {
  /** The functions and views that it creates, without the schema's name. */
  readonly defines: readonly string[];
}

const definition = /^\s*create (?:or replace )?(?:function|view) millrace\.(\w+)/gim;

/** Throws MigrationFailed for a file that defines nothing, and for one that defines what another file does. */
export function routineFiles(files: readonly SqlFile[]): RoutineFile[] {
  const definedIn = new Map<string, string>();
  return files.map((file) => {
    const defines = [...file.text.matchAll(definition)].map(([, routine = '']) => routine);
    if (defines.length === 0)
      throw new MigrationFailed(file.name, 'creates no function or view in the schema millrace');
    for (const routine of defines) {
      const other = definedIn.get(routine);
      if (other) throw new MigrationFailed(file.name, `defines ${routine}, and so does ${other}`);
      definedIn.set(routine, file.name);
    }
    return { ...file, defines };
  });
}
