// Routine files: functions and views that are applied again when their text changes, all in one transaction, so that
// no caller ever sees half of a release.
import type { Session } from '#queue/database.ts';
import { forgetApplied, type Ledger, recordApplied } from './ledger.ts';
import { MigrationFailed } from './migration-failed.ts';
import {
  gone,
  hasWork,
  inUse,
  inUseAgain,
  type RoutineChanges,
  routineEntry,
} from './routine-changes.ts';
import type { RoutineFile } from './routine-file.ts';
import { inTransaction } from './transaction.ts';

/** Does what routineChanges has found. Returns the files that were applied and the routines that were dropped. */
export async function applyRoutines(session: Session, changes: RoutineChanges): Promise<string[]> {
  if (!hasWork(changes)) return [];
  const { changed, unused, unusedMark, dropped, neverThere, outdated } = changes;
  await inTransaction(session, async () => {
    // Routines call each other; which file comes first does not matter.
    await session.script('set local check_function_bodies = off');
    for (const file of changed) await applyFile(session, file);
    await dropAll(session, await existing(session, dropped));
    await recordAll(session, unused, unusedMark);
    await recordAll(session, [...dropped, ...neverThere], gone);
    for (const entry of outdated) await forgetApplied(session, entry);
  });
  return [...changed.map(({ name }) => name), ...dropped.map(routineEntry)];
}

/** For code that is older than the database's routines and leaves those as they are. */
export function keepInUse(
  session: Session,
  files: readonly RoutineFile[],
  ledger: Ledger,
): Promise<void> {
  return recordAll(session, inUseAgain(files, ledger), inUse);
}

async function recordAll(
  session: Session,
  routines: readonly string[],
  checksum: string,
): Promise<void> {
  for (const routine of routines)
    await recordApplied(session, { name: routineEntry(routine), checksum });
}

async function applyFile(session: Session, file: RoutineFile): Promise<void> {
  try {
    const before = await existing(session, file.defines);
    await createOrReplace(session, file, before);
    const after = await existing(session, file.defines);
    const old = replaced(before, after);
    await dropAll(session, old);
    // Postgres lets everybody execute a new function. Here only the roles that its file names may.
    for (const routine of after)
      if (!old.includes(routine)) await revokeAll(session, routine, ['public']);
    await recordAll(session, file.defines, file.checksum);
  } catch (error) {
    throw MigrationFailed.from(file.name, error);
  }
}

// Replacing keeps the function's identity, so that calls in flight go on. A new return type or a view's new
// columns cannot replace the old ones, and beside an overload a grant does not know which one is meant: only then
// is it dropped first.
async function createOrReplace(
  session: Session,
  file: RoutineFile,
  before: readonly Existing[],
): Promise<void> {
  // Replacing keeps the grants of the older text, too.
  for (const routine of before) await revokeAll(session, routine, roles);
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

const roles = ['millrace_producer', 'millrace_consumer', 'millrace_operator'];

async function revokeAll(
  session: Session,
  { identity }: Existing,
  grantees: readonly string[],
): Promise<void> {
  const object = identity.replace(/^view /, 'table ');
  await session.script(`revoke all on ${object} from ${grantees.join(', ')}`);
}

interface Existing {
  readonly routine: string;
  /** As drop statements write it: `function millrace.claim(text)`. */
  readonly identity: string;
}

/** What of these names is there, overloads included. */
async function existing(session: Session, routines: readonly string[]): Promise<Existing[]> {
  return session.query<Existing>(
    `select p.proname as routine, 'function ' || p.oid::regprocedure as identity
     from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace and p.proname = any ($1)
     union all
     select c.relname, 'view ' || c.oid::regclass
     from pg_class c
     where c.relnamespace = 'millrace'::regnamespace and c.relname = any ($1) and c.relkind = 'v'`,
    [routines],
  );
}

/** Other parameters make another function beside the one with the old parameters, which is to go then. */
function replaced(before: readonly Existing[], after: readonly Existing[]): Existing[] {
  const wasThere = new Set(before.map(({ identity }) => identity));
  const isNew = new Set(
    after.filter(({ identity }) => !wasThere.has(identity)).map(({ routine }) => routine),
  );
  return after.filter(({ routine, identity }) => isNew.has(routine) && wasThere.has(identity));
}

async function dropAll(session: Session, routines: readonly Existing[]): Promise<void> {
  for (const { identity } of routines) await session.script(`drop ${identity}`);
}
