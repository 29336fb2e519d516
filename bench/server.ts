// The one Postgres of a run, durable as a real one, and the databases in it.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { lockFolder } from '../local/postgres/folder-lock.ts';
import { startPostgres } from '../local/postgres/postgres.ts';
import { stopOrphan } from '../local/postgres/postmaster.ts';
import { type PostgresVersion, programsOf } from './postgres-versions.ts';

// Beside the sources, not in the system's folder for temporary files: that one may be in memory.
const dataDirectory = join(import.meta.dirname, '.millrace');

/** The same for every system. Durability is the default's; memory and checkpoints as on a small dedicated server. */
export const serverSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '60min',
  max_connections: '200',
  autovacuum: 'on',
  track_io_timing: 'off',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'top',
} as const;

export interface Server {
  readonly port: number;
  /** Of the postmaster. */
  readonly processId: number;
  /** How long the server's statistics may lag behind what was done. */
  readonly statisticsLagMs: number;
  /** The superuser's one connection to the database postgres, outside of everything that is measured. */
  readonly admin: Pool;
  urlOf(database: string): string;
  stop(): Promise<void>;
}

export async function startServer(version: PostgresVersion): Promise<Server> {
  await removeData();
  const programs = await programsOf(version);
  const postgres = await startPostgres({
    dataDirectory,
    flags: serverSettings,
    ...(programs && { programs }),
  });
  const admin = new Pool({ connectionString: postgres.url, max: 1, idleTimeoutMillis: 0 });
  admin.on('error', () => {});
  await admin.query('create extension pg_stat_statements');
  return {
    port: postgres.port,
    processId: postgres.processId,
    // Up to Postgres 14 a process of its own collects them, and writes them down every half second.
    statisticsLagMs: version === '14' ? 1_000 : 0,
    admin,
    urlOf: (database) => withDatabase(postgres.url, database),
    async stop() {
      await admin.end();
      await postgres.stop();
      await removeData();
    },
  };
}

/** Also stops a server that a killed run has left. */
async function removeData(): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const lock = lockFolder(dataDirectory);
  if (!lock) throw new Error(`Another run is using ${dataDirectory}`);
  await stopOrphan(join(dataDirectory, 'postgres'));
  await rm(join(dataDirectory, 'postgres'), { recursive: true, force: true });
  lock.release();
}

function withDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}
