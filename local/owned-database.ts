// The databases of npm start, mostly one, and their owner, the role that functions, handlers and people use. It may what the owner of a Neon
// project may: make roles and databases, and not run programs or read files, which a superuser's SQL can.
import { Client, DatabaseError } from 'pg';
import { adoptDatabase } from './adopt-database.ts';

const firstName = 'millrace';
export const ownerName = 'millrace_local';

/** Such as millrace, millrace_1, millrace_2. */
const nameOf = (database: number): string =>
  database === 0 ? firstName : `${firstName}_${database}`;

/**
 * Makes what is missing, by the superuser's connection, and gives the owner this password. databases: how many there are to be;
 * default: as many as there are, and at least one. Answers their names. Throws an Error where there are more already.
 */
export async function ensureOwnedDatabases(
  adminUrl: string,
  password: string,
  databases?: number,
): Promise<readonly string[]> {
  const admin = new Client(adminUrl);
  await admin.connect();
  try {
    const names = namesFor(databases, await migrated(adminUrl));
    await ensureOwner(admin, password);
    for (const name of names) await ensureDatabase(admin, adminUrl, name);
    return names;
  } finally {
    await admin.end();
  }
}

function namesFor(databases: number | undefined, there: number): readonly string[] {
  if (databases !== undefined && databases < there)
    throw new Error(
      `The data folder has ${there} databases, with messages in each: start it with --databases ${there} or more`,
    );
  return Array.from({ length: databases ?? Math.max(1, there) }, (_, number) => nameOf(number));
}

/** How many there are in a row. One without the schema is of a growth that was refused before it began, and counts for nothing. */
async function migrated(adminUrl: string): Promise<number> {
  let count = 0;
  while (await hasSchema(adminUrl, nameOf(count))) count += 1;
  return count;
}

async function hasSchema(adminUrl: string, name: string): Promise<boolean> {
  const client = new Client(urlOf(adminUrl, name));
  try {
    await client.connect();
    const { rowCount } = await client.query(`select from pg_namespace where nspname = 'millrace'`);
    return rowCount === 1;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === noSuchDatabase) return false;
    throw error;
  } finally {
    await client.end();
  }
}

const noSuchDatabase = '3D000';

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function ensureDatabase(admin: Client, adminUrl: string, name: string): Promise<void> {
  const owner = await ownerOf(admin, name);
  if (owner === undefined) await admin.query(`create database ${name} owner ${ownerName}`);
  else if (owner !== ownerName) await adoptDatabase(adminUrl, name, ownerName);
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
