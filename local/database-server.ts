// The database of npm start, as the Neon driver reaches it: an embedded Postgres or the one that DATABASE_URL names,
// each behind an endpoint of its own, or a database at Neon itself.
import { resolve } from 'node:path';
import { Client } from 'pg';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import {
  keepPassword,
  keptPassword,
  newPassword,
  passwordFile,
} from '#local/postgres/passwords.ts';
import { startPostgres } from '#local/postgres/postgres.ts';
import { databaseName, ensureOwnedDatabase, ownerName } from './owned-database.ts';
import { quoted } from './shell-word.ts';

export interface DatabaseServer {
  /** For the Neon driver: the endpoint's address. */
  readonly url: string;
  /** Postgres's own, for `pg` and psql: not to be printed, because it holds the password. */
  readonly postgresUrl: string;
  /** A command without the password, for people who have psql; undefined for a server that somebody else runs. */
  readonly psqlLine: string | undefined;
  /** Settles when the server has ended by itself. For a server that somebody else runs it never settles. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts Postgres in the folder, with a database of its own for the queue; flags are the server's settings. */
export async function embeddedDatabase(
  dataDirectory: string,
  flags: Readonly<Record<string, string>> = {},
): Promise<DatabaseServer> {
  await using parts = new AsyncDisposableStack();
  const postgres = await startPostgres({ dataDirectory, flags });
  parts.defer(postgres.stop);
  const password = await ownersPassword(dataDirectory);
  await ensureOwnedDatabase(postgres.url, password);
  const postgresUrl = `postgresql://${ownerName}:${password}@127.0.0.1:${postgres.port}/${databaseName}`;
  const endpoint = await startNeonEndpoint({ postgresPort: postgres.port });
  parts.defer(endpoint.stop);
  const running = parts.move();
  return {
    url: endpoint.urlFor(postgresUrl),
    postgresUrl,
    psqlLine: `PGPASSFILE=${quoted(resolve(passwordFile(dataDirectory)))} psql -h 127.0.0.1 -p ${postgres.port} -U ${ownerName} ${databaseName}`,
    ended: postgres.ended,
    stop: () => running.disposeAsync(),
  };
}

async function ownersPassword(dataDirectory: string): Promise<string> {
  const kept = await keptPassword(dataDirectory, ownerName);
  if (kept !== undefined) return kept;
  const made = newPassword();
  await keepPassword(dataDirectory, ownerName, made);
  return made;
}

/** Throws a sentence, without the password, when the server cannot be reached. */
export async function givenDatabase(databaseUrl: string): Promise<DatabaseServer> {
  const given = {
    postgresUrl: databaseUrl,
    psqlLine: undefined,
    ended: new Promise<void>(() => {}),
  };
  const { hostname, port, searchParams } = new URL(databaseUrl);
  if (hostname.endsWith('.neon.tech')) return { ...given, url: databaseUrl, stop: async () => {} };
  if (/^(require|verify-)/.test(searchParams.get('sslmode') ?? ''))
    throw new Error(
      'DATABASE_URL asks for TLS, which works with Neon only: forward the port instead, or migrate with --driver pg',
    );
  await requireReachable(databaseUrl);
  const postgres = { postgresHost: hostname, postgresPort: Number(port || 5432) };
  const endpoint = await startNeonEndpoint(postgres);
  return { ...given, url: endpoint.urlFor(databaseUrl), stop: endpoint.stop };
}

async function requireReachable(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new Error(`Cannot connect to DATABASE_URL: ${reason}`, { cause });
  } finally {
    await client.end();
  }
}
