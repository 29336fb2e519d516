// The routines of a database as its catalog describes them.
import type { TestDatabase } from '#test/support/database.ts';

export interface Routine {
  readonly name: string;
  /** As pg_get_function_arguments gives them; a view's columns. */
  readonly parameters: string;
  /** As pg_get_function_result gives it; null for a view. */
  readonly result: string | null;
  readonly comment: string | null;
  /** Roles without the prefix millrace_, and public; the owner is left out. */
  readonly grantees: readonly string[];
}

/** Every function and view of the schema, by name. */
export function routines(db: TestDatabase): Promise<Routine[]> {
  return db.query<Routine>(`
    select p.proname as name,
      pg_get_function_arguments(p.oid) as parameters,
      pg_get_function_result(p.oid) as result,
      obj_description(p.oid, 'pg_proc') as comment,
      ${grantees("coalesce(p.proacl, acldefault('f', p.proowner))", 'p.proowner')}
    from pg_proc p
    where p.pronamespace = 'millrace'::regnamespace
    union all
    select c.relname,
      (
        select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
        from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0
      ),
      null,
      obj_description(c.oid, 'pg_class'),
      ${grantees("coalesce(c.relacl, acldefault('r', c.relowner))", 'c.relowner')}
    from pg_class c
    where c.relnamespace = 'millrace'::regnamespace and c.relkind = 'v'
    order by 1`);
}

const grantees = (privileges: string, owner: string) => `
  array(
    select distinct case
      when acl.grantee = 0 then 'public'
      else replace(acl.grantee::regrole::text, 'millrace_', '')
    end
    from aclexplode(${privileges}) as acl
    where acl.grantee <> ${owner}
    order by 1
  ) as grantees`;
