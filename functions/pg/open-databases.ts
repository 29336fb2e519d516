// What a function has opened, so that it can close it: a rotated password is another connection string, and another pool.
import { openDatabase, type PooledDatabase } from '#queue/pg/database.ts';

export interface OpenDatabases {
  readonly open: (url: string, timeoutMs?: number) => PooledDatabase;
  /** Ends all connections. They are made anew when they are needed. */
  readonly close: () => Promise<void>;
}

export function openDatabases(): OpenDatabases {
  let opened: PooledDatabase | undefined;
  return {
    open(url, timeoutMs) {
      // One that is replaced has a login that was refused, or is about to be.
      void opened?.close();
      opened = openDatabase(url, timeoutMs);
      return opened;
    },
    close: async () => opened?.close(),
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
