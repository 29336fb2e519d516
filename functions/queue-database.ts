// The queue's database as the functions see it: opened on the current connection string.
import { type Database, openDatabase } from '#queue/database.ts';
import { cachedConnectionString } from './connection-string.ts';
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
  return async () => {
    const url = await connectionString();
    if (opened?.url !== url) opened = { url, database: openDatabase(url, timeoutMs) };
    return opened.database;
  };
}
