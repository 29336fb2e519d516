import type { Database } from '#queue/database.ts';

/**
 * The number of the newest table file that was applied here, such as "0007": what code may count on. "none" at first.
 */
export async function schemaVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string | null }>(
    'select millrace.schema_version() as version',
  );
  return row?.version ?? 'none';
}
