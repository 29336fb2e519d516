// All looks at a database, what matters most first.
import type { Database } from '#queue/database.ts';
import type { NumberedDatabase } from '#queue/routines/sync.ts';
import type { Check } from './finding.ts';
import { partitionChecks } from './partitions.ts';
import { placementChecks } from './placement.ts';
import { rightsChecks } from './rights.ts';
import { schemaChecks } from './schema.ts';
import { serverChecks } from './server.ts';
import { storageChecks } from './storage.ts';

export interface LookedAt extends NumberedDatabase {
  readonly url: string;
}

export const databaseChecks = (
  database: Database,
  { url, ...place }: LookedAt,
): readonly Check[] => [
  ...serverChecks(database, url),
  ...schemaChecks(database),
  ...placementChecks(database, place),
  ...rightsChecks(database),
  ...partitionChecks(database),
  ...storageChecks(database),
];
