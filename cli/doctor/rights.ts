// The three roles, what this login may do, and whether others may do more than they should.
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { type Check, type Finding, ok } from './finding.ts';

export const rightsChecks = (database: Database): readonly Check[] => [
  { name: 'login', look: () => login(database) },
  { name: 'roles', look: () => roles(database) },
  { name: 'rights', look: () => strangers(database) },
];

const names = ['millrace_producer', 'millrace_consumer', 'millrace_operator'];

async function login(database: Database): Promise<readonly Omit<Finding, 'check'>[]> {
  const row = onlyRow(
    await database.query<{ login: string; is_owner: boolean; is_super: boolean; held: string[] }>(
      `select current_user::text as login, pg_has_role(current_user, n.nspowner, 'usage') as is_owner,
         (select r.rolsuper from pg_roles r where r.rolname = current_user) as is_super,
         array(
           select r.rolname from pg_roles r
           where r.rolname = any ($1) and pg_has_role(current_user, r.oid, 'usage')
         )::text[] as held
       from pg_namespace n where n.oid = 'millrace'::regnamespace`,
      [names],
    ),
  );
  if (row.is_super)
    return [
      {
        level: 'warn',
        says: `${row.login} is a superuser`,
        means: 'functions and handlers that log in so could run programs on the server',
        todo: 'make a role that owns the database, and give its connection string to the deployment',
      },
    ];
  if (row.is_owner) return [ok(`${row.login} owns the schema`)];
  const held = row.held.map((name) => name.replace('millrace_', ''));
  if (held.length > 0) return [ok(`${row.login} is ${held.join(' and ')}`)];
  return [
    {
      level: 'bad',
      says: `${row.login} has none of the three roles`,
      means: 'it can neither enqueue nor look',
      todo: `grant millrace_producer to ${row.login}; the others are in docs/sql.md`,
    },
  ];
}

async function roles(database: Database): Promise<readonly Omit<Finding, 'check'>[]> {
  const rows = await database.query<{ name: string; can_login: boolean }>(
    'select rolname as name, rolcanlogin as can_login from pg_roles where rolname = any ($1)',
    [names],
  );
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  const open = rows.filter(({ can_login }) => can_login);
  if (missing.length + open.length === 0) return [ok('producer, consumer and operator are there')];
  return [
    ...missing.map((name) => ({
      ...{ level: 'bad' as const, says: `the role ${name} is missing` },
      ...{
        means: 'migrations grant it what its holders may do',
        todo: `create role ${name} nologin; then npx millrace migrate`,
      },
    })),
    ...open.map(({ name }) => ({
      ...{ level: 'warn' as const, says: `${name} can log in` },
      ...{ means: 'it is meant to be granted, not to be used', todo: `alter role ${name} nologin` },
    })),
  ];
}

/** Postgres lets everybody execute a new function, so one that was made by hand is open to all. */
async function strangers(database: Database): Promise<readonly Omit<Finding, 'check'>[]> {
  const rows = await database.query<{ thing: string; isTable: boolean }>(
    `select 'function ' || p.oid::regprocedure as thing, false as "isTable" from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace
       and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))
     union all
     select distinct 'table ' || c.oid::regclass || ' for ' || coalesce(r.rolname, 'public'), true
     from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
     where c.relnamespace = 'millrace'::regnamespace and c.relkind in ('r', 'p') and a.grantee <> c.relowner
       and a.privilege_type <> 'SELECT'`,
  );
  if (rows.length === 0) return [ok('nobody may do more than the routines let them')];
  return rows.map(({ thing, isTable }) =>
    isTable
      ? {
          ...{ level: 'bad', says: `the ${thing} may be written` },
          ...{
            means: 'whoever changes rows past the routines breaks what they promise',
            todo: `revoke all on ${thing.replace(' for ', ' from ')}`,
          },
        }
      : {
          ...{ level: 'bad', says: `everybody may call the ${thing}` },
          ...{
            means: 'each login of the database can do what it does',
            todo: `revoke all on ${thing} from public`,
          },
        },
  );
}
