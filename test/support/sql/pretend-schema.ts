import type { TestDatabase } from '#test/support/database.ts';

/** Lets a database say that another release has migrated it, which is all by which code can tell. Everything is there. */
export async function pretendSchema({ query }: TestDatabase, version: string): Promise<void> {
  await query(
    `create or replace function millrace.schema_version() returns text
     language sql stable set search_path = pg_catalog, pg_temp as $$ select '${version}' $$`,
  );
}
