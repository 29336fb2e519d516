// All looks at a database, what matters most first.
import type { Database } from '#queue/database.ts';
import type { Check } from './finding.ts';
import { partitionChecks } from './partitions.ts';
import { rightsChecks } from './rights.ts';
import { schemaChecks } from './schema.ts';
import { serverChecks } from './server.ts';
import { storageChecks } from './storage.ts';

export const databaseChecks = (database: Database, url: string): readonly Check[] => [
  ...serverChecks(database, url),
  ...schemaChecks(database),
  ...rightsChecks(database),
  ...partitionChecks(database),
  ...storageChecks(database),
];
