// Groups need transactions at read committed, and no routine can lower the isolation of the transaction that calls it: by
// then it has its snapshot. A database or role whose default is higher is found here, at a deployment, and not by the
// first message with a group.
import type { Database } from '#queue/database.ts';

/** Where a higher default stands, and the statement that takes it away. */
interface HigherDefault {
  readonly level: string;
  readonly mend: string;
}

/**
 * Throws when transactions of this database would not be at read committed by default: for this session, for the
 * database, or for a role that may use its schema millrace.
 */
export async function requireReadCommitted(database: Database): Promise<void> {
  const [higher] = await database.query<HigherDefault>(
    `select split_part(setting, '=', 2) as level,
       'alter '
         || case when s.setrole = 0 then 'database ' || quote_ident(current_database())
           else 'role ' || s.setrole::regrole
             || case when s.setdatabase = 0 then '' else ' in database ' || quote_ident(current_database()) end
         end
         || ' reset default_transaction_isolation' as mend
     from pg_db_role_setting s
     cross join lateral unnest(s.setconfig) as setting
     where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
       and setting like 'default_transaction_isolation=%'
       -- Roles that may not use the schema, such as an analyst's, are free to read at any level.
       and case
         when s.setrole = 0 or to_regnamespace('millrace') is null then true
         else has_schema_privilege(s.setrole, 'millrace', 'usage')
       end
       and split_part(setting, '=', 2) not in ('read committed', 'read uncommitted')
     union all
     select current_setting('default_transaction_isolation'),
       'set default_transaction_isolation to ''read committed'' in postgresql.conf or in the connection string'
     where current_setting('default_transaction_isolation') not in ('read committed', 'read uncommitted')
     limit 1`,
  );
  if (higher) {
    throw new Error(
      `transactions are at ${higher.level} by default, where groups do not work: ${higher.mend}`,
    );
  }
}
