// The database as everything else sees it, and how it is reached at Neon; queue/pg/ reaches any other. Nearly all calls are
// one-shot statements over HTTP, which hold no connection that a frozen Lambda sandbox could lose; a session over WebSocket, by
// Neon's driver, is opened only where a transaction has to stay open between statements.
import { sessionOnClient } from './session-on-client.ts';
import { sendStatement } from './statement-over-http.ts';
import { typeParser } from './type-parsers.ts';

/** Whatever runs a statement with its parameters ($1, $2, ...) and gives the rows as objects, with json parsed. */
export interface Database {
  /**
   * Runs one statement and answers its rows. Rejects with the driver's error, whose `code` is the SQLSTATE where Postgres has
   * refused the statement.
   */
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** One connection of its own, for migrations and for transactions that stay open between statements. */
export interface Session extends Database {
  /**
   * Runs several statements, separated by semicolons and without parameters, in one round trip. Gives the rows of all of
   * them. Those behind one that fails are not run.
   */
  script<Row extends object>(text: string): Promise<Row[]>;
  /** Ends the connection. Waits for the server's goodbye for a second at most, and never rejects for want of one. */
  close(): Promise<void>;
}

/** Opens the database behind a connection string, as `openDatabase` does it. */
export type OpenDatabase = (url: string, timeoutMs?: number) => Database;

/** Opens a connection of its own, as `openSession` does it. */
export type OpenSession = (url: string) => Promise<Session>;

/** The driver's own reading of values, but for json. Binary ones never come: nobody here asks for them. */
const types = { getTypeParser: typeParser };

const isLoopback = (host: string) => host === '127.0.0.1' || host === 'localhost';

/** Neon answers statements at a name of its own; a loopback address is never Neon's but the endpoint of `millrace start`. */
export const addressOf = ({ hostname, port }: URL): URL =>
  new URL(
    isLoopback(hostname)
      ? `http://${hostname}:${port}/sql`
      : `https://${hostname.replace(/^[^.]+\./, 'api.')}/sql`,
  );

/** What a connection string looks like, for sentences about one that is none. */
export const databaseUrlForm = 'postgresql://user:password@host/database';

/**
 * The parsed URL of a database. Throws a TypeError that does not repeat the text: the driver's own message would
 * print the password.
 */
export function requireDatabaseUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || !parsed.hostname || !parsed.username)
    throw new TypeError(`The database URL must look like ${databaseUrlForm}`);
  return parsed;
}

/**
 * One-shot statements over HTTP, on Neon or on the endpoint of `millrace start`: each is one round trip and one transaction,
 * and there is nothing to close. A statement that is not answered within timeoutMs, in milliseconds, default 30,000, fails;
 * whether it was carried out is not known then. Throws a TypeError when the URL is malformed.
 *
 * @example
 * ```ts
 * const database = openDatabase('postgresql://user:password@ep-cool-name.eu-central-1.aws.neon.tech/shop');
 * const [row] = await database.query<{ n: number }>('select $1::int as n', [1]);
 * ```
 */
export function openDatabase(url: string, timeoutMs = 30_000): Database {
  const parsed = requireDatabaseUrl(url);
  const address = addressOf(parsed);
  // Whoever looks at a server's connections sees whose they are.
  if (!parsed.searchParams.has('application_name'))
    parsed.searchParams.append('application_name', 'millrace');
  const endpoint = { address, login: parsed.href };
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await sendStatement(endpoint, { text, parameters, timeoutMs })) as Row[];
    },
  };
}

/**
 * Opens a connection over WebSocket, to Neon or to the endpoint of `millrace start`. Close it before the invocation ends: while Lambda has the sandbox frozen, the
 * connection dies without a word. Throws a TypeError when the URL is malformed, and the driver's error when the server
 * cannot be reached or refuses the login.
 *
 * @example
 * ```ts
 * const session = await openSession(url);
 * await session.query('begin');
 * await session.query('update stock set count = count - 1 where sku = $1', ['a1']);
 * await session.query('commit');
 * await session.close();
 * ```
 */
export async function openSession(url: string): Promise<Session> {
  const { hostname } = requireDatabaseUrl(url);
  // Most consumers never open a session, and the http function has none: the driver is a file of its own in their bundles.
  const { Client } = await import('@neondatabase/serverless');
  const client = new Client({ connectionString: url, types });
  // By default the driver collects writes for a turn of the timers, which holds every statement back for a
  // millisecond.
  client.neonConfig.coalesceWrites = false;
  if (isLoopback(hostname)) {
    client.neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`;
    client.neonConfig.useSecureWebSocket = false;
    // A pipelined connect sends the password before it is asked for, which only Neon's proxy allows: a Postgres of
    // one's own asks for SCRAM, whose answer depends on the server's question.
    client.neonConfig.pipelineConnect = false;
  }
  // An error event without a listener ends the process. A connection that dies between statements is reported by the
  // next statement.
  client.on('error', () => {});
  const session = sessionOnClient(client);
  await client.connect().catch((error: unknown) => {
    // A fault of the transport arrives as a bare WebSocket event, which is no error and says nothing.
    throw error instanceof Error
      ? error
      : new Error('WebSocket connection failed', { cause: error });
  });
  return session;
}
