import { migrate } from '#migrations/migrate.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { TestDatabase } from '#test/support/database.ts';

/** As `millrace migrate` does on a database of the tests. */
export const migrateAgain = ({ url }: TestDatabase) =>
  migrate({
    url,
    registry: defineRegistry({ queues: [] }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    applicationTables: 'handlers/tables',
  });
