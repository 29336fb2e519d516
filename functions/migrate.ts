// The Lambda function that a deployment invokes before it updates the others: migrates the database.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ParameterUnavailable } from '#functions/aws/parameter.ts';
import { cachedConnectionString, withoutPooler } from '#functions/runtime/connection-string.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { readSettings } from '#functions/runtime/settings.ts';
import { registry } from '#handlers/registry.ts';
import { type MigrationReport, migrate } from '#migrations/migrate.ts';

const log = functionLog('migrate');
const connectionString = cachedConnectionString(readSettings(process.env).databaseUrl);

/**
 * Answers with the files that were applied. Throws when one fails, so that the deployment stops and rolls back. On a
 * database that a newer release has migrated it changes nothing, says so, and does not fail: the deployment is a rollback.
 */
export async function handler(): Promise<MigrationReport> {
  const url = withoutPooler(await readPatiently());
  return migrate({ url, registry, log, root: sqlRoot() });
}

// On a stack's first deployment the function may run before its permission to read the parameter has reached every part
// of IAM, so a refusal is not final during the first minute.
const permissionMs = 60_000;
const betweenReadsMs = 2_000;

async function readPatiently(): Promise<string> {
  const until = performance.now() + permissionMs;
  for (;;) {
    try {
      return await connectionString.read();
    } catch (error) {
      const isRefused = error instanceof ParameterUnavailable && /AccessDenied/.test(error.message);
      if (!isRefused || performance.now() > until) throw error;
      log.warn('the connection string may not be read yet', { parameter: error.message });
      await wait(betweenReadsMs);
    }
  }
}

// In the bundle the folders of SQL files stand beside this file; in a checkout they are one folder up.
function sqlRoot(): string {
  const here = import.meta.dirname;
  return existsSync(join(here, 'migrations')) ? here : join(here, '..');
}
