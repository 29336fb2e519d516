// The migration function on any Postgres over TCP: functions/migrate.ts with another driver.
import { migrateHandler } from '#functions/migrate.ts';
import type { MigrationReport } from '#migrations/migrate.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openSession } from '#queue/pg/database.ts';

/**
 * As `createMigrateHandler` of `millrace/lambda`, on any Postgres over TCP.
 *
 * @example
 * ```ts
 * import { createMigrateHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createMigrateHandler(registry);
 * ```
 */
export function createMigrateHandler(registry: Registry): () => Promise<MigrationReport> {
  return migrateHandler(registry, openSession);
}
