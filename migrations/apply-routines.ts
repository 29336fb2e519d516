// Routine files: one function or view each, re-applied when their text changes, all in one transaction, so that
// no caller ever sees half of a release.
import type { Session } from '#queue/database.ts';
import { forgetApplied, type Ledger, recordApplied } from './ledger.ts';
import { MigrationFailed } from './migration-failed.ts';
import type { SqlFile } from './sql-file.ts';
import { inTransaction } from './transaction.ts';

/** Applies what changed and drops what has no file any more; returns the names of both. */
export async function applyRoutines(
  session: Session,
  files: readonly SqlFile[],
  ledger: Ledger,
  folder: string,
): Promise<string[]> {
  const changed = files.filter((file) => ledger.get(file.name) !== file.checksum);
  const known = new Set(files.map((file) => file.name));
  const removed = [...ledger.keys()].filter((name) => name.startsWith(folder) && !known.has(name));
  if (changed.length + removed.length === 0) return [];
  await inTransaction(session, async () => {
    // Routines call each other; which file comes first does not matter.
    await session.script('set local check_function_bodies = off');
    for (const file of changed) await applyRoutine(session, file);
    for (const name of removed) await dropRoutine(session, name);
  });
  return [...changed.map((file) => file.name), ...removed];
}

async function applyRoutine(session: Session, file: SqlFile): Promise<void> {
  try {
    const before = await existing(session, file.subject);
    await createOrReplace(session, file, before);
    const after = await existing(session, file.subject);
    // Other parameters make another function: the one with the old parameters goes.
    const isOther = after.some((routine) => !before.includes(routine));
    if (isOther)
      await dropAll(
        session,
        after.filter((routine) => before.includes(routine)),
      );
    await recordApplied(session, file);
  } catch (error) {
    throw MigrationFailed.from(file.name, error);
  }
}

// Replacing keeps the function's identity, so that calls in flight go on. A new return type or a view's new
// columns cannot replace the old ones, and beside an overload a grant does not know which one is meant: only then
// is it dropped first.
async function createOrReplace(session: Session, file: SqlFile, before: string[]): Promise<void> {
  for (const routine of before) await revokeAll(session, routine);
  await session.script('savepoint replacing');
  try {
    await session.script(file.text);
  } catch (error) {
    if (!isShapeChange(error)) throw error;
    await session.script('rollback to savepoint replacing');
    await dropAll(session, before);
    await session.script(file.text);
  }
  await session.script('release savepoint replacing');
}

// invalid_function_definition, invalid_table_definition, ambiguous_function
const shapeChangeCodes = ['42P13', '42P16', '42725'];
const isShapeChange = (error: unknown) =>
  error instanceof Error && 'code' in error && shapeChangeCodes.includes(String(error.code));

// Replacing keeps grants as well, and the file says which there are.
async function revokeAll(session: Session, routine: string): Promise<void> {
  const object = routine.replace(/^view /, 'table ');
  await session.script(
    `revoke all on ${object} from public, millrace_producer, millrace_consumer, millrace_operator`,
  );
}

async function dropRoutine(session: Session, name: string): Promise<void> {
  const subject = name.replace(/^.*\//, '').replace(/\.sql$/, '');
  await dropAll(session, await existing(session, subject));
  await forgetApplied(session, name);
}

/** What of that name is there, as drop statements write it: `function millrace.claim(text)`. */
async function existing(session: Session, subject: string): Promise<string[]> {
  const rows = await session.query<{ routine: string }>(
    `select 'function ' || p.oid::regprocedure as routine
     from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace and p.proname = $1
     union all
     select 'view ' || c.oid::regclass
     from pg_class c
     where c.relnamespace = 'millrace'::regnamespace and c.relname = $1 and c.relkind = 'v'`,
    [subject],
  );
  return rows.map((row) => row.routine);
}

async function dropAll(session: Session, routines: readonly string[]): Promise<void> {
  for (const routine of routines) await session.script(`drop ${routine}`);
}
