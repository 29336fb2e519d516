// The migration function reads its SQL from files, so they lie beside its bundle.
import { cpSync } from 'node:fs';
import { join } from 'node:path';

const own = join(import.meta.dirname, '../migrations');

/**
 * Copies our tables and routines, and the application's own tables, from wherever they lie there. In the database they are
 * known by the paths that they have in the copy.
 */
export function copySql(folder: string, applicationTables: string | undefined): void {
  for (const part of ['tables', 'routines'])
    cpSync(join(own, part), join(folder, 'migrations', part), { recursive: true });
  if (applicationTables !== undefined)
    cpSync(applicationTables, join(folder, 'handlers/tables'), { recursive: true });
}
