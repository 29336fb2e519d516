import type { TestDatabase } from '#test/support/database.ts';

/** New statistics make every session plan anew, and planning reads the catalog. */
export async function restAutovacuum(db: TestDatabase): Promise<void> {
  await db.query(`
    do $$
    begin
      execute (
        select string_agg(format('alter table millrace.%I set (autovacuum_enabled = false)', c.relname), ';')
        from pg_class c
        where c.relnamespace = 'millrace'::regnamespace and c.relkind = 'r'
      );
    end
    $$`);
}
