import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';

export interface Health {
  /** The number of the newest table file of the release whose tables and routines are in place, such as "0007". */
  readonly schemaVersion: string;
  /** False on a replica, and where transactions are read-only by default: nothing can be enqueued, claimed or settled. */
  readonly isWritable: boolean;
}

/** Asks in one round trip, and writes nothing. */
export async function databaseHealth(database: Database): Promise<Health> {
  return onlyRow(
    await database.query<Health>(
      `select millrace.schema_version() as "schemaVersion",
       current_setting('transaction_read_only') = 'off' as "isWritable"`,
    ),
  );
}
