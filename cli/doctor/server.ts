// The server: its version and settings, whether it takes writes, what is between it and us, and its clock.
import { requireReadCommitted } from '#migrations/require-read-committed.ts';
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { type Check, ok } from './finding.ts';

const oldest = 14;
const newest = 18;

export function serverChecks(database: Database, url: string): readonly Check[] {
  return [
    { name: 'server', look: () => version(database) },
    { name: 'writes', look: () => writes(database) },
    { name: 'settings', look: () => settings(database) },
    { name: 'isolation', look: () => isolation(database) },
    { name: 'pooler', look: () => pooler(database, url) },
    { name: 'clock', look: () => clock(database) },
  ];
}

async function version(database: Database) {
  const startedAt = performance.now();
  const text = `select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major`;
  const { version, major } = onlyRow(
    await database.query<{ version: string; major: number }>(text),
  );
  const ms = Math.max(1, Math.round(performance.now() - startedAt));
  if (major >= oldest && major <= newest)
    return [ok(`Postgres ${version} answers within ${ms} ms`)];
  return [
    {
      level: major < oldest ? 'bad' : 'warn',
      says: `Postgres ${version}`,
      means: `Millrace is tested with ${oldest} to ${newest}`,
      todo: major < oldest ? 'upgrade the server' : 'look for a newer release of Millrace',
    } as const,
  ];
}

async function writes(database: Database) {
  const row = onlyRow(
    await database.query<{ is_replica: boolean; is_read_only: boolean }>(
      `select pg_is_in_recovery() as is_replica, current_setting('transaction_read_only') = 'on' as is_read_only`,
    ),
  );
  if (!row.is_replica && !row.is_read_only) return [ok('the server takes writes')];
  return [
    {
      level: 'bad',
      says: row.is_replica ? 'this is a replica' : 'transactions are read-only by default',
      means: 'nothing can be enqueued, claimed or settled',
      todo: row.is_replica
        ? "use the primary's connection string"
        : 'alter database … reset default_transaction_read_only; providers set it while a disk is nearly full',
    } as const,
  ];
}

/** By the value that is wrong. */
const wrongSettings = [
  {
    name: 'autovacuum',
    value: 'off',
    level: 'bad',
    means:
      'nothing removes what handled deliveries leave behind: claims become slower without an end',
  },
  {
    name: 'track_counts',
    value: 'off',
    level: 'bad',
    means: 'autovacuum does not know when to run',
  },
  {
    name: 'fsync',
    value: 'off',
    level: 'bad',
    means: 'a crash of the machine may lose everything',
  },
  {
    name: 'full_page_writes',
    value: 'off',
    level: 'bad',
    means: 'a crash of the machine may leave pages half written',
  },
  {
    name: 'synchronous_commit',
    value: 'off',
    level: 'warn',
    means: 'a crash of the server loses the latest enqueues although they were answered',
  },
] as const;

async function settings(database: Database) {
  const rows = await database.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any ($1)',
    [wrongSettings.map(({ name }) => name)],
  );
  const wrong = wrongSettings.filter(({ name, value }) =>
    rows.some((row) => row.name === name && row.setting === value),
  );
  if (wrong.length === 0) return [ok('nothing that matters here is switched off')];
  return wrong.map(({ name, value, level, means }) => ({
    ...{ level, means, says: `${name} is ${value}` },
    todo: `alter system set ${name} = on; select pg_reload_conf()`,
  }));
}

async function isolation(database: Database) {
  try {
    await requireReadCommitted(database);
    return [ok('transactions are at read committed by default, as groups need it')];
  } catch (error) {
    // What it throws for a higher default has its reason and its remedy in one sentence.
    const [says = '', todo = ''] = (error instanceof Error ? error.message : '').split(': ');
    return [{ level: 'bad', says, todo } as const];
  }
}

/**
 * A pooler gives a connection that was there before. In session mode, or when it had to open one, it cannot be told from none; the
 * name of the host and the port tell of it then, as the best known ones have them.
 */
async function pooler(database: Database, url: string) {
  const { hostname, port } = new URL(url);
  const { age } = onlyRow(
    await database.query<{ age: number }>(
      `select extract(epoch from clock_timestamp() - backend_start)::float8 as age
       from pg_stat_activity where pid = pg_backend_pid()`,
    ),
  );
  // A direct connection is younger than this process.
  const isOlder = age > process.uptime() + 1;
  if (!isOlder && !hostname.includes('-pooler') && !['6432', '6543'].includes(port))
    return [ok('none that shows: a connection of its own')];
  return [
    ok(
      'there is one, and it may be in transaction mode: fine for enqueues, drains and these commands; migrate needs a connection string without it',
    ),
  ];
}

const clockSeconds = 5;

/** Which of two clocks is right cannot be told; the database's is the one that decides. */
async function clock(database: Database) {
  const before = Date.now();
  const { now } = onlyRow(
    await database.query<{ now: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
    ),
  );
  const seconds = Math.round((now - (before + Date.now()) / 2) / 100) / 10;
  if (Math.abs(seconds) < clockSeconds)
    return [ok(`the database's and this machine's are ${Math.abs(seconds)} s apart`)];
  return [
    {
      level: 'warn',
      says: `the database's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's`,
      means:
        'only the database’s decides when something is due; ids that are made here begin with this machine’s',
      todo: 'look at the time synchronisation of both',
    } as const,
  ];
}
