// Connections to Postgres over TCP, to Neon as to any other. A pooler in transaction mode will do: nothing lives in a session.
import { Client, type ClientConfig, Pool, types } from 'pg';
import { Failure } from '#cli/failure.ts';
import type { Database, Session } from '#queue/database.ts';
import { parseJson } from '#queue/parse-json.ts';

export interface Connection extends Database {
  /** What the latest statement that failed has failed with. */
  lastFailure(): unknown;
  close(): Promise<void>;
}

const { JSON: json, JSONB: jsonb } = types.builtins;

const configOf = (url: string): ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: 5_000,
  // The client's own limit: one that the server keeps would be a setting of the session, which poolers refuse.
  query_timeout: 60_000,
  application_name: 'millrace',
  types: {
    // Payloads have the names that their senders gave them.
    getTypeParser: (type, format) =>
      format !== 'binary' && (type === json || type === jsonb)
        ? (text: string) => parseJson(text)
        : types.getTypeParser(type, format),
  },
});

/** One connection. Throws a Failure without the password when nobody answers, or the login is refused. */
export async function openConnection(url: string): Promise<Connection> {
  const client = await connected(url);
  let failure: unknown;
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      try {
        return (await client.query(text, [...parameters])).rows as Row[];
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    lastFailure: () => failure,
    close: () => client.end(),
  };
}

/**
 * One of several databases: it is connected to with the first statement, since whoever asks may do without it. A connection that does
 * not come about fails the statement with what Postgres or the network said.
 */
export function lazyConnection(url: string): Connection {
  let opening: Promise<Connection> | undefined;
  let failure: unknown;
  const opened = async (): Promise<Connection> => {
    opening ??= openConnection(url);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      failure = error instanceof Failure ? error.cause : error;
      throw failure;
    }
  };
  return {
    async query<Row extends object>(text: string, parameters?: readonly unknown[]) {
      const connection = await opened();
      return connection.query<Row>(text, parameters).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    },
    lastFailure: () => failure,
    async close() {
      await opening?.then((connection) => connection.close());
    },
  };
}

/** As many connections as statements are under way at once, up to ten, and sessions beside them. */
export function openPool(url: string) {
  const pool = new Pool(configOf(url));
  pool.on('error', () => {});
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await pool.query(text, [...parameters])).rows as Row[];
    },
    openSession: () => openSession(url),
    close: () => pool.end(),
  };
}

/** Throws a Failure as openConnection does. */
export async function openSession(url: string): Promise<Session> {
  const client = await connected(url);
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await client.query(text, [...parameters])).rows as Row[];
    },
    async script<Row extends object>(text: string) {
      return [await client.query(text)].flat().flatMap(({ rows }) => rows as Row[]);
    },
    close: () => client.end(),
  };
}

async function connected(url: string): Promise<Client> {
  const client = new Client(configOf(url));
  // An error event without a listener ends the process; the next statement says what happened.
  client.on('error', () => {});
  await client.connect().catch((cause: unknown) => {
    const { message, code } = Object(cause);
    const isRefused = typeof code === 'string' && /^(28|3D)/.test(code);
    throw new Failure(
      isRefused ? 'refused' : 'unreachable',
      `Cannot connect to DATABASE_URL: ${message || code || String(cause)}`,
      { cause },
    );
  });
  return client;
}
