// The queue's database as the functions see it: statements and sessions on one connection string, which is the only
// thing that knows of the password.
import { type Database, openDatabase, openSession, type Session } from '#queue/database.ts';
import { cachedConnectionString } from './connection-string.ts';
import type { DatabaseUrlSource } from './database-url-source.ts';
import { isLoginRefused } from './login-refused.ts';

export interface QueueDatabase extends Database {
  /** Opens a connection for transactions. Close it before the invocation ends: a frozen sandbox loses its sockets. */
  readonly openSession: () => Promise<Session>;
}

/**
 * Connects with the connection string of the moment. When a login is refused, the string is read again, and if it has
 * changed the call is made once more: a refused login has executed nothing. `open` is called once for each string.
 */
export function queueDatabase(
  source: DatabaseUrlSource,
  open: (url: string) => Database = openDatabase,
): QueueDatabase {
  const connectionString = cachedConnectionString(source);
  let opened: { readonly url: string; readonly database: Database } | undefined;

  const databaseAt = (url: string): Database => {
    if (opened?.url !== url) opened = { url, database: open(url) };
    return opened.database;
  };
  const connected = async <Result>(use: (url: string) => Promise<Result>): Promise<Result> => {
    const url = await connectionString.read();
    try {
      return await use(url);
    } catch (error) {
      if (!isLoginRefused(error)) throw error;
      const current = await connectionString.readAnew(url);
      if (current === url) throw error;
      return use(current);
    }
  };
  return {
    query: (text, parameters) => connected((url) => databaseAt(url).query(text, parameters)),
    openSession: () => connected(openSession),
  };
}
