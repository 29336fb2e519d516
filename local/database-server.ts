// The Postgres of npm start: the embedded one, or the one that DATABASE_URL names.
import { Client } from 'pg';
import { requireDatabaseUrl } from '#queue/database.ts';
import { startPostgres } from './postgres.ts';

export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  /** For clients that speak to Postgres itself. */
  readonly url: string;
  /** Settles when it has ended by itself; never for one that is not ours. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const name = 'millrace';

/** Starts Postgres in the folder, with a database of its own for the queue. */
export async function embeddedDatabase(dataDirectory: string): Promise<DatabaseServer> {
  const postgres = await startPostgres({ dataDirectory });
  const url = new URL(postgres.url);
  try {
    await createIfMissing(url.href);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  url.pathname = `/${name}`;
  const { port, ended, stop } = postgres;
  return { host: '127.0.0.1', port, url: url.href, ended, stop };
}

/** Throws when it would need TLS, which the local endpoint does not speak. */
export function givenDatabase(databaseUrl: string): DatabaseServer {
  const url = requireDatabaseUrl(databaseUrl);
  if (/^(require|verify-)/.test(url.searchParams.get('sslmode') ?? ''))
    throw new Error(
      'DATABASE_URL asks for TLS: forward the port of that Postgres to this machine, and drop sslmode',
    );
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    url: databaseUrl,
    ended: new Promise(() => {}),
    stop: async () => {},
  };
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
