// A seeded database, made by the first test file that needs it. Each file clones it: what one does to its queues, no other sees.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { runStart } from './run-start.ts';
import { seed } from './seed.ts';

const template = 'console_template';

/** admin: connected to another database of the server as superuser. urlOf: of a database there. Answers its name. */
export async function seededTemplate(
  admin: Client,
  urlOf: (database: string) => string,
): Promise<string> {
  // Files run side by side: one makes it, and the others wait.
  await admin.query('select pg_advisory_lock(1)');
  const { rowCount } = await admin.query(
    'select from pg_database where datname = $1 and not datallowconn',
    [template],
  );
  if (!rowCount) await make(admin, urlOf(template));
  await admin.query('select pg_advisory_unlock(1)');
  return template;
}

async function make(admin: Client, databaseUrl: string): Promise<void> {
  await admin.query(`drop database if exists ${template} with (force)`);
  await admin.query(`create database ${template}`);
  const data = newFolder();
  const server = await runStart({ databaseUrl, data });
  try {
    const key = (await readFile(join(data, 'api-key'), 'utf8')).trim();
    await seed({ url: server.url, key, postgresUrl: databaseUrl });
  } finally {
    await server.stop();
    await removeFolder(data);
  }
  // What is cloned takes no connections.
  await admin.query(`alter database ${template} allow_connections false`);
  await admin.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
    [template],
  );
}
