// The database of npm start, as the Neon driver reaches it: an embedded Postgres or the one that DATABASE_URL names,
// each behind an endpoint of its own, or a database at Neon itself.
import { Client } from 'pg';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { startPostgres } from '#local/postgres/postgres.ts';

export interface DatabaseServer {
  /** For the Neon driver: the endpoint's address. */
  readonly url: string;
  /** For psql; quoted, so that it is one word in a shell. */
  readonly shellUrl: string;
  /** Settles when the server has ended by itself. For a server that somebody else runs it never settles. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const name = 'millrace';

/** Starts Postgres in the folder, with a database of its own for the queue; flags are the server's settings. */
export async function embeddedDatabase(
  dataDirectory: string,
  flags: Readonly<Record<string, string>> = {},
): Promise<DatabaseServer> {
  await using parts = new AsyncDisposableStack();
  const postgres = await startPostgres({ dataDirectory, flags });
  parts.defer(postgres.stop);
  await createIfMissing(postgres.url);
  const endpoint = await startNeonEndpoint({ postgresPort: postgres.port });
  parts.defer(endpoint.stop);
  const own = new URL(postgres.url);
  own.pathname = `/${name}`;
  const running = parts.move();
  return {
    url: endpoint.urlFor(own.href),
    shellUrl: `'${own.href}'`,
    ended: postgres.ended,
    stop: () => running.disposeAsync(),
  };
}

/** Throws a sentence, without the password, when the server cannot be reached. */
export async function givenDatabase(databaseUrl: string): Promise<DatabaseServer> {
  // The greeting prints the variable's name instead of the URL, which holds a password.
  const given = { shellUrl: '"$DATABASE_URL"', ended: new Promise<void>(() => {}) };
  const { hostname, port, searchParams } = new URL(databaseUrl);
  if (hostname.endsWith('.neon.tech')) return { ...given, url: databaseUrl, stop: async () => {} };
  if (/^(require|verify-)/.test(searchParams.get('sslmode') ?? ''))
    throw new Error(
      'DATABASE_URL asks for TLS, which works with Neon only: forward the port instead',
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

async function createIfMissing(adminUrl: string): Promise<void> {
  const client = new Client(adminUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}
