// The Lambda function that a deployment invokes before it updates the others: migrates the database.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '#handlers/registry.ts';
import { type MigrationReport, migrate } from '#migrations/migrate.ts';
import { cachedConnectionString, withoutPooler } from './connection-string.ts';
import { functionLog } from './log.ts';
import { readSettings } from './settings.ts';

const log = functionLog('migrate');
const connectionString = cachedConnectionString(readSettings(process.env).databaseUrl);

/** Answers with what was applied. A failure is thrown, so that the deployment stops and rolls back. */
export async function handler(): Promise<MigrationReport> {
  const url = withoutPooler(await connectionString.read());
  return migrate({ url, registry, log, root: sqlRoot() });
}

// The bundle has the SQL files beside it; in a checkout they are one folder up.
function sqlRoot(): string {
  const here = import.meta.dirname;
  return existsSync(join(here, 'migrations')) ? here : join(here, '..');
}
