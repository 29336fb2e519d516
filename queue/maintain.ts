import type { Database } from './database.ts';

/** Makes partitions ahead and drops those past retention, then vacuums the hot table. */
export async function maintain(database: Database): Promise<void> {
  await database.query('select millrace.maintain()');
  // A serverless Postgres may forget its statistics whenever it sleeps, and autovacuum goes by them.
  await database.query('vacuum (skip_locked, analyze) millrace.delivery');
}
