// The Lambda function that a deployment invokes before it updates the others: migrates its databases.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cachedConnectionStrings, withoutPooler } from '#functions/runtime/connection-string.ts';
import { ConnectionStringUnavailable } from '#functions/runtime/connection-string-unavailable.ts';
import { type DatabaseUrlSource, readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { isSuperseded } from '#functions/runtime/own-version.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import type { MigrationReport } from '#migrations/migrate.ts';
import { migrateAll } from '#migrations/migrate-all.ts';
import { type OpenSession, openSession } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';

/**
 * The handler of the Lambda function that migrates. It answers with the files that were applied, and throws when one fails,
 * so that the deployment stops and rolls back. Of several databases it migrates all, and tells each which of them it is. A rollback runs this, too, with older code. On a database that a newer release
 * has migrated it changes nothing and says so. And whatever fails, even the connection, it does not throw: nothing that it
 * could do is needed by the older code, which has run on this schema before, and a rollback that fails leaves the stack to be
 * mended by hand. To be called once, when the function is loaded: it reads its configuration from the environment.
 *
 * @example
 * ```ts
 * import { createMigrateHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createMigrateHandler(registry);
 * ```
 */
export function createMigrateHandler(registry: Registry): () => Promise<MigrationReport> {
  return migrateHandler(registry, openSession);
}

/** The same by any driver. */
export function migrateHandler(
  registry: Registry,
  openSession: OpenSession,
): () => Promise<MigrationReport> {
  const log = functionLog('migrate');
  const databaseUrl = readDatabaseUrl(process.env);
  const databases = readDatabases(process.env);
  const isRollback = () => isSuperseded(process.env, log);
  return async () => {
    try {
      const urls = (await readPatiently(databaseUrl, databases, log)).map(withoutPooler);
      return await migrateAll(openSession, {
        ...{ urls, registry, log, isRollback },
        ...sqlFolders(),
      });
    } catch (error) {
      if (!(await isRollback())) throw error;
      log.error('rolled back without a migration', { ...errorAttributes(error) });
      return { applied: [] };
    }
  };
}

// On a stack's first deployment the function may run before its permission to read the parameter has reached every part
// of IAM, so a refusal is not final during the first minute.
const permissionMs = 60_000;
const betweenReadsMs = 2_000;

async function readPatiently(
  databaseUrl: DatabaseUrlSource,
  databases: number,
  log: Log,
): Promise<readonly string[]> {
  // Whoever invokes this by hand may have just stored another string, so none of an earlier invocation counts.
  const connectionStrings = cachedConnectionStrings(databaseUrl, databases);
  const until = performance.now() + permissionMs;
  for (;;) {
    try {
      return await connectionStrings.read();
    } catch (error) {
      const isRefused =
        error instanceof ConnectionStringUnavailable && /AccessDenied/.test(error.reason);
      if (!isRefused || performance.now() > until) throw error;
      log.warn('the connection string may not be read yet', { reason: error.message });
      await wait(betweenReadsMs);
    }
  }
}

// In the bundle the folders of SQL files stand beside this file; otherwise ours are one folder up.
function sqlFolders() {
  const here = import.meta.dirname;
  const root = existsSync(join(here, 'migrations')) ? here : join(here, '..');
  return { root, applicationTables: join(root, 'handlers/tables') };
}
