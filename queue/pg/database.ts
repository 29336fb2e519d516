// Any Postgres that is reached over TCP, by the driver pg: what queue/database.ts is for Neon.
import type { Database, Session } from '#queue/database.ts';
import { requireDatabaseUrl } from '#queue/database.ts';
import { sessionOnClient } from '#queue/session-on-client.ts';
import { connect, disconnect } from './connect.ts';
import { ConnectionPool } from './connection-pool.ts';

/** One-shot statements on connections that are kept for the next. */
export interface PooledDatabase extends Database {
  /** Ends all connections, also those in use. A statement that comes later makes a new one. Never rejects. */
  close(): Promise<void>;
}

/**
 * One-shot statements over TCP, on up to ten connections at once, which a pooler in transaction mode may stand before. Each is a
 * transaction of its own. A statement that is not answered within timeoutMs, in milliseconds, default 30,000, with the wait for a connection,
 * fails; whether it was carried out is not known then. Throws a TypeError when the URL is malformed.
 *
 * The connection is encrypted, and the server's certificate verified, unless the URL has `sslmode=disable` or names this machine.
 *
 * @example
 * ```ts
 * const database = openDatabase('postgresql://user:password@db.shop.example/shop');
 * const [row] = await database.query<{ n: number }>('select $1::int as n', [1]);
 * await database.close();
 * ```
 */
export function openDatabase(url: string, timeoutMs = 30_000): PooledDatabase {
  const pool = new ConnectionPool(requireDatabaseUrl(url).href);
  return {
    query: (text, parameters = []) =>
      pool.run(async (client) => {
        if (parameters.length > 0) return (await client.query(text, [...parameters])).rows;
        // Several statements in one text are refused, as over HTTP: the first of them might leave a transaction open. With
        // parameters the driver sees to it, and copies less.
        const statement = { text, queryMode: 'extended' };
        return (await client.query(statement)).rows;
      }, timeoutMs),
    close: () => pool.close(),
  };
}

/**
 * Opens a connection over TCP. Close it before the invocation ends: while Lambda has the sandbox frozen, the connection dies
 * without a word. Throws a TypeError when the URL is malformed, and the driver's error when the server cannot be reached or
 * refuses the login.
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
  const client = await connect(url);
  return { ...sessionOnClient(client), close: () => disconnect(client) };
}
