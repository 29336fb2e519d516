// What vacuum can and cannot remove: dead rows, and the old snapshots that hold them.

import { spanText } from '#cli/print/time.ts';
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { type Check, type Finding, ok } from './finding.ts';

type Found = Omit<Finding, 'check'>;

export const storageChecks = (database: Database): readonly Check[] => [
  { name: 'dead rows', look: () => deadRows(database) },
  { name: 'old snapshots', look: () => oldSnapshots(database) },
  { name: 'replication slots', look: () => slots(database) },
  { name: 'prepared transactions', look: () => prepared(database) },
];

interface Vacuumed {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  /** Seconds ago; null for never. */
  readonly vacuumed: number | null;
}

/** Vacuum begins at a few thousand; from here on it does not keep up. */
const manyDead = 50_000;
const timesLive = 5;

/** The tables that each claim walks. */
const hotTables = ['delivery', 'parcel'];

async function deadRows(database: Database): Promise<readonly Found[]> {
  const rows = await database.query<Vacuumed>(
    `select relname::text as name, n_live_tup::float8 as live, n_dead_tup::float8 as dead,
       extract(epoch from now() - greatest(last_vacuum, last_autovacuum))::float8 as vacuumed
     from pg_stat_user_tables where schemaname = 'millrace' and relname = any ($1) order by relname`,
    [hotTables],
  );
  return rows.map(({ name, live, dead, vacuumed }) => {
    const when = vacuumed === null ? 'never' : `${spanText(vacuumed)} ago`;
    const says = `${name} has ${live} live and ${dead} dead rows, and was vacuumed ${when}`;
    if (dead < manyDead || dead < live * timesLive) return ok(says);
    return {
      ...{ level: 'warn', says, means: 'the first claim of each drain walks through them' },
      todo: `vacuum (verbose) millrace.${name}; when they stay, something holds them: see old snapshots`,
    };
  });
}

const warnSeconds = 5 * 60;
const badSeconds = 60 * 60;
const levelOf = (seconds: number) => (seconds >= badSeconds ? 'bad' : 'warn');

/** The age from which one is found is in seconds. */
export async function oldSnapshots(
  database: Database,
  oldSeconds = warnSeconds,
): Promise<readonly Found[]> {
  // Those of other databases on the server keep nothing of this one; a standby, which has no database, may.
  const rows = await database.query<{ pid: number; login: string; state: string; age: number }>(
    `select pid, usename::text as login, coalesce(state, backend_type) as state,
       extract(epoch from clock_timestamp() - xact_start)::float8 as age
     from pg_stat_activity
     where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
       and (datname = current_database() or datname is null)
       and xact_start < clock_timestamp() - make_interval(secs => $1)
     order by xact_start limit 5`,
    [oldSeconds],
  );
  const { sees } = onlyRow(
    await database.query<{ sees: boolean }>(
      `select pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees`,
    ),
  );
  const found = rows.map(({ pid, login, state, age }): Found => {
    const who = `a transaction of ${login} (process ${pid}, ${state}) is open for ${spanText(age)}`;
    const means = 'vacuum removes nothing that it may still see';
    return {
      ...{ level: levelOf(age), says: who, means },
      todo: `end it where it was begun, or: select pg_terminate_backend(${pid})`,
    };
  });
  if (found.length > 0) return found;
  if (sees) return [ok('no transaction is open for more than five minutes')];
  return [
    ok("none of this login's is open for more than five minutes; others' need pg_read_all_stats"),
  ];
}

/** About what a busy queue writes in an hour. */
const manyTransactions = 1_000_000;

async function slots(database: Database): Promise<readonly Found[]> {
  const rows = await database.query<{ name: string; active: boolean; age: number | null }>(
    `select slot_name::text as name, active, age(coalesce(xmin, catalog_xmin))::float8 as age
     from pg_replication_slots`,
  );
  const bad = rows.filter(({ active, age }) => !active || (age ?? 0) > manyTransactions);
  if (bad.length === 0) return [ok(rows.length === 0 ? 'none' : `${rows.length}, all read from`)];
  return bad.map(({ name, active, age }) => ({
    level: active ? 'warn' : 'bad',
    says: active ? `${name} is ${age} transactions behind` : `nobody reads from ${name}`,
    means: 'it holds dead rows and fills the disk with the log',
    todo: `let its reader catch up, or: select pg_drop_replication_slot('${name}')`,
  }));
}

/** The same of those that are prepared. */
export async function prepared(
  database: Database,
  oldSeconds = warnSeconds,
): Promise<readonly Found[]> {
  const rows = await database.query<{ gid: string; age: number }>(
    `select gid, extract(epoch from clock_timestamp() - prepared)::float8 as age from pg_prepared_xacts
     where database = current_database() and prepared < clock_timestamp() - make_interval(secs => $1)`,
    [oldSeconds],
  );
  if (rows.length === 0) return [ok('none is waiting for its commit')];
  return rows.map(({ gid, age }) => ({
    level: levelOf(age),
    says: `${gid} is prepared for ${spanText(age)}`,
    means: 'it holds its locks, and vacuum back, until somebody ends it',
    todo: `rollback prepared '${gid.replaceAll("'", "''")}', or commit prepared`,
  }));
}
