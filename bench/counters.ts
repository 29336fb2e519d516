// What Postgres itself counts. It is asked from another database, so that asking is not counted.
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from './server.ts';
import type { Workspace } from './workspace.ts';

export interface Counters {
  readonly statements: number;
  readonly buffers: number;
  /** Milliseconds that the database's connections spent on statements, from the first byte to the answer. */
  readonly activeMs: number;
}

// Not sent by any client: what the Neon endpoint does between two requests to give back its connection as it was,
// and how Postgres checks foreign keys.
const isNobodys =
  '^\\s*(reset all|deallocate all|close all|unlisten|discard|select pg_advisory_unlock_all)|for key share of x$';

/** Of what has been disconnected: a connection reports its time when it ends. */
export async function readCounters(server: Server, database: string): Promise<Counters> {
  await pause(server.statisticsLagMs);
  const { rows } = await server.admin.query<Counters>(
    `select d.active_time as "activeMs", s.statements, s.buffers
     from pg_stat_database d
       cross join lateral (
         select coalesce(sum(s.calls) filter (where s.query !~* $2), 0)::float8 as statements,
           coalesce(sum(s.shared_blks_hit + s.shared_blks_read), 0)::float8 as buffers
         from pg_stat_statements s
         where s.dbid = d.datid
       ) as s
     where d.datname = $1`,
    [database, isNobodys],
  );
  const [row] = rows;
  if (!row) throw new Error(`there are no statistics of ${database}`);
  return row;
}

export async function walBytes({ admin }: Server): Promise<number> {
  const { rows } = await admin.query<{ bytes: string }>(
    `select pg_current_wal_insert_lsn() - '0/0' as bytes`,
  );
  return Number(rows[0]?.bytes);
}

export async function deadTuples(workspace: Workspace): Promise<number> {
  const rows = await workspace.run(
    'select coalesce(sum(n_dead_tup), 0)::float8 as dead from pg_stat_user_tables',
  );
  const [row] = rows as { dead: number }[];
  return row?.dead ?? 0;
}

/** Every section begins with vacuumed, analyzed tables and an empty checkpoint, so that their WAL compares. */
export async function settleDown(server: Server, workspace: Workspace): Promise<void> {
  await workspace.run('vacuum (analyze)');
  await server.admin.query('checkpoint');
  await server.admin.query('select pg_stat_statements_reset()');
}
