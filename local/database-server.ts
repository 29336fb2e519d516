// The database of npm start, as the Neon driver reaches it: an embedded Postgres or the one that DATABASE_URL names,
// each behind an endpoint of its own, or a database at Neon itself. Of several databases everything is the same; their connection
// strings are one text then, as a deployment has them.
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
import { databaseUrls } from '#queue/database-urls.ts';
import { ensureOwnedDatabases, ownerName } from './owned-database.ts';
import { quoted } from './shell-word.ts';

export interface DatabaseServer {
  /** For the Neon driver: the endpoint's address; of several databases one for each, separated by a space. */
  readonly url: string;
  /** Postgres's own, for `pg` and psql, likewise: not to be printed, because it holds the password. */
  readonly postgresUrl: string;
  /** A command without the password, for people who have psql, into the first database; undefined for a server that somebody else runs. */
  readonly psqlLine: string | undefined;
  /** Settles when the server has ended by itself. For a server that somebody else runs it never settles. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Postgres in the folder, with databases of its own for the queue: as many as it has, at least one, unless `databases` says more.
 * flags are the server's settings.
 */
export async function embeddedDatabase(
  dataDirectory: string,
  flags: Readonly<Record<string, string>> = {},
  databases?: number,
): Promise<DatabaseServer> {
  await using parts = new AsyncDisposableStack();
  const postgres = await startPostgres({ dataDirectory, flags });
  parts.defer(postgres.stop);
  const password = await ownersPassword(dataDirectory);
  const names = await ensureOwnedDatabases(postgres.url, password, databases);
  const urls = names.map(
    (name) => `postgresql://${ownerName}:${password}@127.0.0.1:${postgres.port}/${name}`,
  );
  const endpoint = await startNeonEndpoint({ postgresPort: postgres.port });
  parts.defer(endpoint.stop);
  const running = parts.move();
  return {
    url: urls.map(endpoint.urlFor).join(' '),
    postgresUrl: urls.join(' '),
    psqlLine: `PGPASSFILE=${quoted(resolve(passwordFile(dataDirectory)))} psql -h 127.0.0.1 -p ${postgres.port} -U ${ownerName} ${names[0]}`,
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

/** Throws a sentence, without the password, when the server cannot be reached, or one of several. */
export async function givenDatabase(databaseUrl: string): Promise<DatabaseServer> {
  await using parts = new AsyncDisposableStack();
  const urls: string[] = [];
  const all = databaseUrls(databaseUrl);
  for (const [database, given] of all.entries()) {
    const place = all.length === 1 ? 'DATABASE_URL' : `database ${database} of DATABASE_URL`;
    urls.push(await reachable(given, place, parts));
  }
  const running = parts.move();
  return {
    url: urls.join(' '),
    postgresUrl: databaseUrl,
    psqlLine: undefined,
    ended: new Promise<void>(() => {}),
    stop: () => running.disposeAsync(),
  };
}

/** As the Neon driver reaches it. place: what errors call it. */
async function reachable(
  databaseUrl: string,
  place: string,
  parts: AsyncDisposableStack,
): Promise<string> {
  const { hostname, port, searchParams } = new URL(databaseUrl);
  if (hostname.endsWith('.neon.tech')) return databaseUrl;
  if (/^(require|verify-)/.test(searchParams.get('sslmode') ?? ''))
    throw new Error(
      `${place} asks for TLS, which works with Neon only: forward the port instead, or migrate with --driver pg`,
    );
  await requireReachable(databaseUrl, place);
  const postgres = { postgresHost: hostname, postgresPort: Number(port || 5432) };
  const endpoint = await startNeonEndpoint(postgres);
  parts.defer(endpoint.stop);
  return endpoint.urlFor(databaseUrl);
}

async function requireReachable(databaseUrl: string, place: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new Error(`Cannot connect to ${place}: ${reason}`, { cause });
  } finally {
    await client.end();
  }
}
