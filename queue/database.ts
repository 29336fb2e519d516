// The one file that knows the Postgres driver, Neon's serverless one. Nearly all calls are one-shot statements over
// HTTP, which hold no connection that a frozen Lambda sandbox could lose; a session over WebSocket is opened only
// where a transaction has to stay open between statements.
import { Client, neon, neonConfig, types } from '@neondatabase/serverless';
import { parseJson } from './parse-json.ts';
import { wait } from './wait.ts';

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

/** Longer than a living server needs to answer a goodbye. */
const longestCloseMs = 1_000;

const isLoopback = (host: string) => host === '127.0.0.1' || host === 'localhost';

// A loopback address is never Neon's. There the endpoint of `npm start` answers, without TLS and on the URL's own
// port.
const neonEndpoint = neonConfig.fetchEndpoint;
neonConfig.fetchEndpoint = (host, port, options) =>
  isLoopback(host)
    ? `http://${host}:${port}/sql`
    : typeof neonEndpoint === 'function'
      ? neonEndpoint(host, port, options)
      : neonEndpoint;

// Payloads have the names that their senders gave them.
const { JSON: json = 0, JSONB: jsonb = 0 } = types.builtins;
const withSafeJson: Pick<typeof types, 'getTypeParser'> = {
  getTypeParser: (type, format) =>
    format !== 'binary' && (type === json || type === jsonb)
      ? (text: string) => parseJson(text)
      : types.getTypeParser(type, format),
};

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
  requireDatabaseUrl(url);
  const sql = neon(url);
  return {
    // What the driver returns is no promise: it runs the statement each time that it is awaited. So it is awaited
    // here, once, and never handed out.
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      const fetchOptions = { signal: AbortSignal.timeout(timeoutMs) };
      const options = { fetchOptions, types: withSafeJson };
      return (await sql.query(text, [...parameters], options)) as Row[];
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
  const client = new Client({ connectionString: url, types: withSafeJson });
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
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await client.connect().catch((error: unknown) => {
    // A fault of the transport arrives as a bare WebSocket event, which is no error and says nothing.
    throw error instanceof Error
      ? error
      : new Error('WebSocket connection failed', { cause: error });
  });
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await client.query(text, [...parameters])).rows as Row[];
    },
    async script<Row extends object>(text: string) {
      // One statement gives one result, several give a list, of which the driver's types know nothing.
      return [await client.query(text)].flat().flatMap(({ rows }) => rows as Row[]);
    },
    // The driver's own end() waits for the server's goodbye: in vain when the server has closed the connection
    // before, and for ever when the network is gone.
    close: () =>
      Promise.race([client.end(), ended, wait(longestCloseMs, undefined, { ref: false })]),
  };
}
