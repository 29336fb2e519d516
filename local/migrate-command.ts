// The command `migrate`: what a deployment does to the database, for those who deploy in another way or migrate first.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, findApplication } from '#bundling/application.ts';
import type { Driver } from '#bundling/bundle-function.ts';
import { BadOption, complain, parseWords } from './command-line.ts';
import { givenDatabase } from './database-server.ts';
import { loadMigration } from './local-functions.ts';
import { toDatabaseUrl, toDriver } from './start-options.ts';

const flags = {
  registry: { type: 'string' },
  migrations: { type: 'string' },
  driver: { type: 'string', default: 'neon' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const usage = `Usage: npx millrace migrate [options]

Brings a database, or the several of a deployment, up to date: Millrace's tables and routines, your own tables, and what your registry declares.

  --registry FILE   what exports your registry (default: the first of src/queue/registry.ts, queue/registry.ts and
                    handlers/registry.ts)
  --migrations DIR  your own numbered SQL files (default: the folder tables beside the registry)
  --driver DRIVER   neon; or pg, for a Postgres that takes TLS only (default neon)
  --help            this text

  DATABASE_URL      the Postgres, by a connection string without a pooler; of several databases all of them, in their order,
                    separated by spaces

Example:
  DATABASE_URL=postgres://owner@db.example/shop npx millrace migrate`;

/** words: what stands behind `migrate` on the command line. Answers the exit code. */
export async function migrateCommand(words: readonly string[]): Promise<number> {
  try {
    const { help, driver, ...paths } = parseWords(words, flags);
    if (help) console.log(usage);
    else await migrateGiven(findApplication(paths), toDriver(driver));
    return 0;
  } catch (error) {
    return complain(error);
  }
}

async function migrateGiven(application: Application, driver: Driver): Promise<void> {
  const given = toDatabaseUrl(process.env['DATABASE_URL']);
  if (given === undefined)
    throw new BadOption('DATABASE_URL names the database to migrate, and is not set');
  await using parts = new AsyncDisposableStack();
  const databaseUrl = driver === 'pg' ? given : await behindEndpoint(given, parts);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-migrate-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const migrate = await loadMigration({ application, folder, driver, databaseUrl });
  const { applied, newer } = await migrate();
  if (newer) console.log('Nothing was changed: a newer release has migrated this database.');
  else
    console.log(applied.length === 0 ? 'It was up to date.' : `Applied ${applied.length} files.`);
}

async function behindEndpoint(url: string, parts: AsyncDisposableStack): Promise<string> {
  const database = await givenDatabase(url);
  parts.defer(database.stop);
  return database.url;
}
