// Brings all databases of a deployment to what this checkout declares, and tells each of them which of how many it is. With one
// database this is what migrate is.
import type { OpenSession } from '#queue/database.ts';
import { requireDivisible } from '#queue/routines/sync.ts';
import type { InDatabase } from './end-growths.ts';
import { knownDatabases } from './known-databases.ts';
import { inTurn, type Migration, type MigrationReport, migrateOver } from './migrate.ts';
import { placeAll } from './place-all.ts';

export interface MigrationOfAll extends Omit<Migration, 'url' | 'place'> {
  /** The connection strings of the direct hosts, in the order that never changes: the number of a database is its place. */
  readonly urls: readonly string[];
}

/**
 * Migrates all databases, one after another, and may be run again after any failure. Throws MigrationFailed naming the file, a
 * TypeError for a limit that cannot be divided by so many databases, and an Error for strings in another order than before or for a
 * growth before the last one is settled; nothing has changed after these two.
 */
export async function migrateAll(
  openSession: OpenSession,
  { urls, ...migration }: MigrationOfAll,
): Promise<MigrationReport> {
  const databases = urls.length;
  const inDatabase: InDatabase = (number, work) =>
    inTurn(openSession, { ...migration, url: urls[number] ?? '' }, work);
  const known = await knownDatabases(databases, inDatabase);
  const place = { databases: Math.max(known, databases) };
  requireDivisible(migration.registry, place.databases);
  const reports: MigrationReport[] = [];
  for (const [number, url] of urls.entries())
    reports.push(
      await migrateOver(openSession, { ...migration, url, place: { number, ...place } }),
    );
  const report = reportOfAll(reports);
  if (known > databases)
    // A rollback may come here, and must not fail. What belongs to the others waits for code that knows them again.
    migration.log.warn('fewer databases than before', { before: known, databases });
  if (databases === 1 || known > databases || report.newer) return report;
  const isNew =
    reports[0]?.applied.some((name) => name.startsWith('migrations/tables/0001')) ?? false;
  await placeAll({ databases, isNew, inDatabase, log: migration.log });
  return report;
}

function reportOfAll(reports: readonly MigrationReport[]): MigrationReport {
  const applied = [...new Set(reports.flatMap((report) => report.applied))];
  const newer = [...new Set(reports.flatMap((report) => report.newer ?? []))];
  return newer.length > 0 ? { applied, newer } : { applied };
}
