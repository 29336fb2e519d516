import type { Database } from '#queue/database.ts';

/** The newest table file that this database has, such as "0007": what code may count on. */
export async function schemaVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string | null }>(
    'select millrace.schema_version() as version',
  );
  return row?.version ?? 'none';
}
