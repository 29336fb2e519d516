// The one file that knows the Postgres driver: one-shot statements over HTTP, sessions over WebSocket.
import { setTimeout as wait } from 'node:timers/promises';
import { Client, neon, neonConfig } from '@neondatabase/serverless';

/** Whatever can run one statement in a transaction of its own and give its rows as objects, json parsed. */
export interface Database {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** One connection, for migrations and for transactions that stay open between statements. */
export interface Session extends Database {
  /** Runs a script of several statements without parameters. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

const longestCloseMs = 1_000;

const isLoopback = (host: string) => host === '127.0.0.1' || host === 'localhost';

// A loopback address is never Neon's: there the local endpoint answers, without TLS, on the URL's own port.
const neonEndpoint = neonConfig.fetchEndpoint;
neonConfig.fetchEndpoint = (host, port, options) =>
  isLoopback(host)
    ? `http://${host}:${port}/sql`
    : typeof neonEndpoint === 'function'
      ? neonEndpoint(host, port, options)
      : neonEndpoint;

/**
 * Throws a TypeError that does not repeat the text: the driver's own message would print the password.
 */
export function requireDatabaseUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || !parsed.hostname || !parsed.username)
    throw new TypeError('The database URL must look like postgresql://user:password@host/database');
  return parsed;
}

/** One-shot statements over HTTP: each is one round trip and one transaction. */
export function openDatabase(url: string, timeoutMs = 30_000): Database {
  requireDatabaseUrl(url);
  const sql = neon(url);
  return {
    // The driver's query object runs each time that it is awaited, so it never leaves this function.
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      const fetchOptions = { signal: AbortSignal.timeout(timeoutMs) };
      return (await sql.query(text, [...parameters], { fetchOptions })) as Row[];
    },
  };
}

/** Opens a connection over WebSocket. Close it before the invocation ends: a frozen sandbox loses it silently. */
export async function openSession(url: string): Promise<Session> {
  const { hostname } = requireDatabaseUrl(url);
  const client = new Client(url);
  // Collecting writes would hold every statement back for a turn of the timers: a millisecond each.
  client.neonConfig.coalesceWrites = false;
  if (isLoopback(hostname)) {
    client.neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`;
    client.neonConfig.useSecureWebSocket = false;
    // A Postgres of one's own asks for SCRAM by default, which does not fit into a pipelined connect.
    client.neonConfig.pipelineConnect = false;
  }
  // Without a listener a connection that dies between statements would end the process;
  // the next statement reports it.
  client.on('error', () => {});
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await client.connect().catch((error: unknown) => {
    // A transport fault arrives as a bare event, without a word on what failed.
    throw error instanceof Error
      ? error
      : new Error('WebSocket connection failed', { cause: error });
  });
  return {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      return (await client.query(text, [...parameters])).rows as Row[];
    },
    async script(text) {
      await client.query(text);
    },
    // The driver waits for an end that has come already when the server closed the connection, and for ever when
    // the network is gone.
    close: () =>
      Promise.race([client.end(), ended, wait(longestCloseMs, undefined, { ref: false })]),
  };
}
