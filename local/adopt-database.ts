// Databases of earlier checkouts belong to the superuser, and so does everything in them. Postgres's own "reassign owned"
// refuses to take anything from the superuser that initdb has made, so each thing changes hands by itself.
import { Client } from 'pg';

/** Gives the role everything in the database but extensions, the rights to its roles, and last the database: all or nothing. */
export async function adoptDatabase(adminUrl: string, name: string, owner: string): Promise<void> {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const admin = new Client(url.href);
  await admin.connect();
  try {
    const { rows } = await admin.query(handovers, [owner]);
    const statements = rows.map(({ statement }) => statement);
    const all = [...statements, `alter database ${name} owner to ${owner}`];
    // One text is one transaction.
    await admin.query(all.join(';\n'));
  } finally {
    await admin.end();
  }
}

const handovers = `
  with mine as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
  fixed as (
    -- What belongs to an extension, and sequences of columns, which follow their table.
    select classid, objid from pg_depend
    where deptype = 'e' or (deptype in ('a', 'i') and classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and refobjsubid > 0)
  ),
  things as (
    select 'schema ' || quote_ident(nspname) as thing, 'pg_namespace'::regclass as classid, oid as objid
    from mine where nspname <> 'public'
    union all
    -- The statement for tables changes views and sequences, too.
    select 'table ' || oid::regclass, 'pg_class'::regclass, oid
    from pg_class where relkind in ('r', 'p', 'v', 'm', 'S', 'f') and relnamespace in (select oid from mine)
    union all
    select 'routine ' || oid::regprocedure, 'pg_proc'::regclass, oid
    from pg_proc where pronamespace in (select oid from mine)
    union all
    select 'type ' || t.oid::regtype, 'pg_type'::regclass, t.oid
    from pg_type t left join pg_class c on c.oid = t.typrelid
    where t.typnamespace in (select oid from mine) and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
  )
  select format('alter %s owner to %I', thing, $1::text) as statement
  from things where (classid, objid) not in (select classid, objid from fixed)
  union all
  select format('grant %I to %I with admin option', rolname, $1::text)
  from pg_roles where not rolsuper and rolname !~ '^pg_' and rolname <> $1`;
