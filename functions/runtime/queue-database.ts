// The queue's database as the functions see it: opened on the current connection string.
import { type Database, openDatabase } from '#queue/database.ts';
import { cachedConnectionString } from './connection-string.ts';
import { isLoginRefused } from './login-refused.ts';
import type { DatabaseUrlSource } from './settings.ts';

/**
 * Opens the database again only when its connection string has changed. `timeoutMs` bounds each statement.
 */
export function queueDatabase(
  source: DatabaseUrlSource,
  timeoutMs?: number,
): () => Promise<Database> {
  const connectionString = cachedConnectionString(source);
  let opened: { readonly url: string; readonly database: Database } | undefined;

  const open = (url: string): Database => {
    const database = openDatabase(url, timeoutMs);
    return {
      query: async (text, parameters) => {
        try {
          return await database.query(text, parameters);
        } catch (error) {
          // A password that was rotated is read again by the next call, not in five minutes.
          if (isLoginRefused(error)) connectionString.expire();
          throw error;
        }
      },
    };
  };
  return async () => {
    const url = await connectionString.read();
    if (opened?.url !== url) opened = { url, database: open(url) };
    return opened.database;
  };
}
