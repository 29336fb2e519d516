// What has been applied to this database: a row for each table file and for each routine, with the checksum of its file.
import type { Session } from '#queue/database.ts';
import type { SqlFile } from './sql-file.ts';

export type Ledger = ReadonlyMap<string, string>;

/** Makes the ledger's table if need be, and reads it: checksums by the path of a table file, by the name of a routine. */
export async function readLedger(session: Session): Promise<Ledger> {
  await session.script(`
    create schema if not exists millrace;
    create table if not exists millrace.migration (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default statement_timestamp()
    )`);
  const rows = await session.query<{ name: string; checksum: string }>(
    'select name, checksum from millrace.migration',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

export async function recordApplied(
  session: Session,
  { name, checksum }: Pick<SqlFile, 'name' | 'checksum'>,
): Promise<void> {
  await session.query(
    `insert into millrace.migration (name, checksum) values ($1, $2)
     on conflict (name) do update set checksum = excluded.checksum, applied_at = statement_timestamp()`,
    [name, checksum],
  );
}

export async function forgetApplied(session: Session, name: string): Promise<void> {
  await session.query('delete from millrace.migration where name = $1', [name]);
}
