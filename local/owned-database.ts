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
    const names = namesFor(databases, await placed(adminUrl));
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

/** How many there are, as the databases know it. One that was made for a growth which was refused before it began counts for nothing. */
async function placed(adminUrl: string): Promise<number> {
  let most = 0;
  for (let number = 0; ; number += 1) {
    const databases = await databasesKnownTo(adminUrl, nameOf(number));
    if (databases === undefined) return most;
    most = Math.max(most, databases);
  }
}

/** Undefined where there is no such database; 1 for one that knows of no other. */
async function databasesKnownTo(adminUrl: string, name: string): Promise<number | undefined> {
  const client = new Client(urlOf(adminUrl, name));
  try {
    await client.connect();
    const { rowCount } = await client.query(placementTable);
    if (!rowCount) return 1;
    const { rows } = await client.query('select p.databases from millrace.placement p');
    return rows[0]?.databases ?? 1;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === noSuchDatabase) return undefined;
    throw error;
  } finally {
    await client.end();
  }
}

const placementTable = `select from pg_class
  where relname = 'placement' and relnamespace = (select oid from pg_namespace where nspname = 'millrace')`;

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
