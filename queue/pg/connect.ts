// A connection over TCP, by the driver pg.
import { Client } from 'pg';
import { requireDatabaseUrl } from '#queue/database.ts';
import { sessionOnClient } from '#queue/session-on-client.ts';
import { typeParser } from '#queue/type-parsers.ts';
import { wait } from '#queue/wait.ts';
import { bindChannel } from './channel-binding.ts';
import { explained, tlsFailed, withTls } from './tls.ts';

// What the driver's types leave out.
declare module 'pg' {
  interface Client {
    readonly processID: number;
    readonly secretKey: number;
    ref(): void;
    unref(): void;
  }
  interface Connection {
    connect(port: number, host: string): void;
    requestSsl(): void;
    cancel(processId: number, secretKey: number): void;
    sendSASLInitialResponseMessage(mechanism: string, response: string): void;
  }
}

/** Longer than a server that is awake needs for TCP, TLS and SCRAM. */
const connectMs = 10_000;

/** A connection that carries nothing for so long asks the other side, before a gateway forgets it: AWS's do after 350 seconds. */
const keepAliveMs = 60_000;

/** Longer than a server takes that would be worth waiting for: whoever waits has waited for the statement before. */
const longestCancelMs = 1_000;

/** Throws a TypeError when the URL is malformed, and the driver's error when the server cannot be reached or refuses the login. */
export async function connect(url: string): Promise<Client> {
  const client = clientFor(url);
  await logIn(client);
  return client;
}

/** Not connected yet. Throws a TypeError when the URL is malformed, and an error when a file that it names cannot be read. */
export function clientFor(url: string): Client {
  const connectionUrl = withTls(requireDatabaseUrl(url));
  const client = newClient(connectionUrl.href);
  bindChannel(client, connectionUrl.searchParams.get('channel_binding'));
  // An error event without a listener ends the process. A connection that dies between statements is reported by the
  // next statement.
  client.on('error', () => {});
  return client;
}

function newClient(connectionString: string): Client {
  try {
    return new Client({
      connectionString,
      application_name: 'millrace',
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      types: { getTypeParser: typeParser },
    });
  } catch (error) {
    // The driver reads the files at once.
    throw Object(error).syscall ? tlsFailed(Object(error).message, error) : error;
  }
}

export async function logIn(client: Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    cut(client);
    throw explained(error);
  }
}

/**
 * Asks the server to leave off the statement that a connection waits for, since it would not notice that nobody waits any more: a statement that waits
 * for a lock would be carried out when it gets it. By a connection of its own, as the protocol has it, and no longer than there is patience.
 */
export async function cancelStatement(client: Client, url: string): Promise<void> {
  const { processID, secretKey } = client;
  const other = clientFor(url);
  const { connection } = other;
  const send = () => connection.cancel(processID, secretKey);
  const { promise, resolve } = Promise.withResolvers<void>();
  // The server closes the connection when the signal is sent.
  connection.on('end', resolve).on('error', resolve);
  connection.on('sslconnect', send);
  connection.on('connect', () => (other.ssl ? connection.requestSsl() : send()));
  connection.connect(other.port, other.host);
  await Promise.race([promise, wait(longestCancelMs, undefined, { ref: false })]);
  cut(other);
}

/** Ends a connection politely. Where no goodbye comes, as from a network that is gone, it is cut: TCP would keep it for a quarter of an hour. */
export async function disconnect(client: Client): Promise<void> {
  await sessionOnClient(client).close();
  cut(client);
}

/** Ends a connection at once. A login that is under way fails by it, which the driver's own end() leaves pending for ever. */
export function cut(client: Client): void {
  client.connection.stream.destroy(new Error('Connection terminated'));
}
