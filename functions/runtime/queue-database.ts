// The queue's databases as the functions see them: statements and sessions, each on its connection string, and these are the only
// thing that knows of passwords.
import type { Database } from '#queue/database.ts';
import { type ConnectionStrings, cachedConnectionStrings } from './connection-string.ts';
import type { DatabaseUrlSource } from './database-url-source.ts';
import { isLoginRefused } from './login-refused.ts';

export interface QueueDatabase<Opened extends Database = Database> extends Database {
  /** Runs something on what `open` has made of the connection string of the moment. */
  readonly use: <Result>(run: (opened: Opened) => Promise<Result>) => Promise<Result>;
  /** Runs something on the connection string itself, such as opening a session. */
  readonly connected: <Result>(run: (url: string) => Promise<Result>) => Promise<Result>;
}

/**
 * The deployment's databases, by their numbers. Each connects with its connection string of the moment. When a login is refused, the
 * strings are read again, once for all of them, and if its own has changed the call is made once more: a refused login has executed
 * nothing. `open` is called once for each string.
 */
export function queueDatabases<Opened extends Database = Database>(
  source: DatabaseUrlSource,
  open: (url: string) => Opened,
  count: number,
): readonly QueueDatabase<Opened>[] {
  const connectionStrings = cachedConnectionStrings(source, count);
  return Array.from({ length: count }, (_, number) => databaseOn(connectionStrings, number, open));
}

/** The only one of a deployment, or the first. */
export function queueDatabase<Opened extends Database = Database>(
  source: DatabaseUrlSource,
  open: (url: string) => Opened,
): QueueDatabase<Opened> {
  return databaseOn(cachedConnectionStrings(source, 1), 0, open);
}

function databaseOn<Opened extends Database>(
  connectionStrings: ConnectionStrings,
  number: number,
  open: (url: string) => Opened,
): QueueDatabase<Opened> {
  let opened: { readonly url: string; readonly database: Opened } | undefined;

  const urlIn = (urls: readonly string[]) => urls[number] ?? '';
  const databaseAt = (url: string): Opened => {
    if (opened?.url !== url) opened = { url, database: open(url) };
    return opened.database;
  };
  const connected: QueueDatabase['connected'] = async (run) => {
    const urls = await connectionStrings.read();
    try {
      return await run(urlIn(urls));
    } catch (error) {
      if (!isLoginRefused(error)) throw error;
      const current = urlIn(await connectionStrings.readAnew(urls));
      if (current === urlIn(urls)) throw error;
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
