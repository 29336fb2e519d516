import type { Database } from '#queue/database.ts';

export interface Health {
  /** The number of the newest table file that was applied here, such as "0007": what code may count on. "none" at first. */
  readonly schemaVersion: string;
  /** False on a replica, and where transactions are read-only by default: nothing can be enqueued, claimed or settled. */
  readonly isWritable: boolean;
}

/** Asks in one round trip, and writes nothing. */
export async function databaseHealth(database: Database): Promise<Health> {
  const [row] = await database.query<Health>(
    `select coalesce(millrace.schema_version(), 'none') as "schemaVersion",
       current_setting('transaction_read_only') = 'off' as "isWritable"`,
  );
  if (!row) throw new Error('the health of the database gave no row');
  return row;
}
