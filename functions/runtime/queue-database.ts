// The queue's database as the functions see it: statements and sessions on one connection string, which is the only
// thing that knows of the password.
import type { Database } from '#queue/database.ts';
import { cachedConnectionString } from './connection-string.ts';
import type { DatabaseUrlSource } from './database-url-source.ts';
import { isLoginRefused } from './login-refused.ts';

export interface QueueDatabase<Opened extends Database = Database> extends Database {
  /** Runs something on what `open` has made of the connection string of the moment. */
  readonly use: <Result>(run: (opened: Opened) => Promise<Result>) => Promise<Result>;
  /** Runs something on the connection string itself, such as opening a session. */
  readonly connected: <Result>(run: (url: string) => Promise<Result>) => Promise<Result>;
}

/**
 * Connects with the connection string of the moment. When a login is refused, the string is read again, and if it has
 * changed the call is made once more: a refused login has executed nothing. `open` is called once for each string.
 */
export function queueDatabase<Opened extends Database = Database>(
  source: DatabaseUrlSource,
  open: (url: string) => Opened,
): QueueDatabase<Opened> {
  const connectionString = cachedConnectionString(source);
  let opened: { readonly url: string; readonly database: Opened } | undefined;

  const databaseAt = (url: string): Opened => {
    if (opened?.url !== url) opened = { url, database: open(url) };
    return opened.database;
  };
  const connected: QueueDatabase['connected'] = async (run) => {
    const url = await connectionString.read();
    try {
      return await run(url);
    } catch (error) {
      if (!isLoginRefused(error)) throw error;
      const current = await connectionString.readAnew(url);
      if (current === url) throw error;
      return run(current);
    }
  };
  const use: QueueDatabase<Opened>['use'] = (run) => connected((url) => run(databaseAt(url)));
  return {
    use,
    query: (text, parameters) => use((database) => database.query(text, parameters)),
    connected,
  };
}
