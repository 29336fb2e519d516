// What the migrations of this release make, read from their files: so there is no second list that could be out of date.
import { join } from 'node:path';
import { type RoutineFile, routineFiles } from '#migrations/routine-file.ts';
import { readSqlFiles, type SqlFile } from '#migrations/sql-file.ts';

export interface ExpectedSchema {
  /** As "table.column". */
  readonly columns: ReadonlySet<string>;
  readonly indexes: ReadonlySet<string>;
  /** As "table.constraint" or "domain.constraint". */
  readonly constraints: ReadonlySet<string>;
  readonly routines: readonly RoutineFile[];
}

const folder = join(import.meta.dirname, '../../migrations');

export async function expectedSchema(): Promise<ExpectedSchema> {
  const tables = await readSqlFiles(join(folder, 'tables'), 'migrations/tables');
  const routines = await readSqlFiles(join(folder, 'routines'), 'migrations/routines');
  return { ...inTables(tables), routines: routineFiles(routines) };
}

/** In the order of the files: a later one may take away what an earlier one has made. */
function inTables(files: readonly SqlFile[]): Omit<ExpectedSchema, 'routines'> {
  const columns = new Set<string>();
  const indexes = new Set<string>();
  const constraints = new Set<string>();
  for (const statement of files.flatMap(statementsOf)) {
    for (const [, name = ''] of statement.matchAll(/^drop index millrace\.(\w+)/g))
      indexes.delete(name);
    for (const [, name = ''] of statement.matchAll(/^create (?:unique )?index (\w+) on/g))
      indexes.add(name);
    const [, kind, owner] =
      /^(?:create|alter) (table|domain) millrace\.(\w+)/.exec(statement) ?? [];
    if (owner === undefined || statement.includes(' partition of ')) continue;
    for (const [, name] of statement.matchAll(/\bdrop constraint (\w+)/g))
      constraints.delete(`${owner}.${name}`);
    // Also those that columns have, behind their types.
    for (const [, name] of statement.matchAll(/(?<!drop )\bconstraint (\w+)/g))
      constraints.add(`${owner}.${name}`);
    if (kind === 'table') for (const name of columnsIn(statement)) columns.add(`${owner}.${name}`);
  }
  return { columns, indexes, constraints };
}

/** Without comments, whose semicolons and words mean nothing. */
const statementsOf = ({ text }: SqlFile): string[] =>
  text
    .replace(/--.*$/gm, '')
    .replace(/\$\$[\s\S]*?\$\$/g, '')
    .split(';')
    .map((statement) => statement.trim());

function columnsIn(statement: string): string[] {
  // What stands behind the columns are settings of the table.
  const found = statement.startsWith('create')
    ? statement.replace(/^\) with[\s\S]*/m, '').matchAll(/^ {2}(\w+) (?!\()/gm)
    : statement.matchAll(/\badd column (\w+)/g);
  const words = ['constraint', 'primary', 'check', 'default', 'unique', 'foreign', 'references'];
  return Array.from(found, ([, name = '']) => name).filter((name) => !words.includes(name));
}
