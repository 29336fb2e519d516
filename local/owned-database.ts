// The database of npm start and its owner, the role that functions, handlers and people use. It may what the owner of a Neon
// project may: make roles and databases, and not run programs or read files, which a superuser's SQL can.
import { Client } from 'pg';
import { adoptDatabase } from './adopt-database.ts';

export const databaseName = 'millrace';
export const ownerName = 'millrace_local';

/** Makes what is missing, by the superuser's connection, and gives the owner this password. */
export async function ensureOwnedDatabase(adminUrl: string, password: string): Promise<void> {
  const admin = new Client(adminUrl);
  await admin.connect();
  try {
    await ensureOwner(admin, password);
    const owner = await ownerOf(admin, databaseName);
    if (owner === undefined)
      await admin.query(`create database ${databaseName} owner ${ownerName}`);
    else if (owner !== ownerName) await adoptDatabase(adminUrl, databaseName, ownerName);
  } finally {
    await admin.end();
  }
}

async function ensureOwner(admin: Client, password: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [ownerName]);
  if (!rowCount) await admin.query(`create role ${ownerName}`);
  await admin.query(
    `alter role ${ownerName} login createrole createdb nosuperuser password ${admin.escapeLiteral(password)}`,
  );
  // To see what others' sessions do, and to end them.
  await admin.query(`grant pg_monitor, pg_signal_backend to ${ownerName}`);
}

async function ownerOf(admin: Client, database: string): Promise<string | undefined> {
  const { rows } = await admin.query(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [database],
  );
  return rows[0]?.owner;
}
