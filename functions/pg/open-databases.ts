// What a function has opened, so that it can close it: a rotated password is another connection string, and another pool.
import { openDatabase, type PooledDatabase } from '#queue/pg/database.ts';

export interface OpenDatabases {
  readonly open: (url: string, timeoutMs?: number) => PooledDatabase;
  /** Ends all connections. They are made anew when they are needed. */
  readonly close: () => Promise<void>;
}

export function openDatabases(): OpenDatabases {
  const opened = new Map<string, PooledDatabase>();
  return {
    open(url, timeoutMs) {
      const { host, pathname } = new URL(url);
      const place = `${host}${pathname}`;
      // One that is replaced at its place has a login that was refused, or is about to be.
      void opened.get(place)?.close();
      const database = openDatabase(url, timeoutMs);
      opened.set(place, database);
      return database;
    },
    async close() {
      await Promise.all(Array.from(opened.values(), (database) => database.close()));
    },
  };
}

/** A handler after each of whose invocations the connections are ended: a frozen sandbox would lose them. */
export const closingAfter =
  <Words extends readonly unknown[], Answer>(
    databases: OpenDatabases,
    handler: (...words: Words) => Promise<Answer>,
  ) =>
  async (...words: Words): Promise<Answer> => {
    try {
      return await handler(...words);
    } finally {
      await databases.close();
    }
  };
