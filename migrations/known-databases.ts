// What the databases know of each other before a migration, so that what cannot be is refused before anything has changed.
import type { Session } from '#queue/database.ts';
import { type Placement, readPlacement } from '#queue/routines/placement.ts';
import { endGrowths, type InDatabase, sentenceOfLeft } from './end-growths.ts';

/**
 * How many databases the deployment has, as far as they know: as many as the connection strings or fewer, or more when older code
 * comes again. Ends the last growth before another one, if it is settled. Throws an Error when the connection strings come in another
 * order than before, and for a second growth before the first is settled, with what is left of it.
 */
export async function knownDatabases(databases: number, inDatabase: InDatabase): Promise<number> {
  const placements: (Placement | null)[] = [];
  for (let number = 0; number < databases; number += 1)
    placements.push(await inDatabase(number, knownPlacement));
  requireSameOrder(placements);
  const known = Math.max(1, ...placements.map((placement) => placement?.databases ?? 1));
  if (known > 1 && known < databases) await requireSettled(known, inDatabase);
  return known;
}

/** Null also of a database that was never migrated, and of one that no release with several databases has migrated. */
async function knownPlacement(session: Session): Promise<Placement | null> {
  const [row] = await session.query<{ isThere: boolean }>(
    `select to_regprocedure('millrace.databases()') is not null as "isThere"`,
  );
  return row?.isThere ? readPlacement(session) : null;
}

function requireSameOrder(placements: readonly (Placement | null)[]): void {
  const moved = placements.findIndex(
    (placement, number) => (placement?.number ?? number) !== number,
  );
  if (moved >= 0)
    throw new Error(
      `connection string ${moved} leads to database ${placements[moved]?.number}: their order must not change, ` +
        'since the number of a database is its place among them; a new one is added at the end',
    );
}

async function requireSettled(databases: number, inDatabase: InDatabase): Promise<void> {
  const left = sentenceOfLeft(await endGrowths(databases, inDatabase));
  if (left !== '')
    throw new Error(
      `the growth to ${databases} databases is not settled, and there can be no other: ${left}`,
    );
}
