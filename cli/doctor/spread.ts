// What the databases of a deployment know of each other, and what is left of its last growth.
import { endGrowths, GrowthHeld, type InDatabase } from '#migrations/end-growths.ts';
import { inTurn } from '#migrations/migrate.ts';
import type { OpenSession } from '#queue/database.ts';
import {
  type LeftOfGrowth,
  leftOfGrowth,
  type Placement,
  readPlacement,
} from '#queue/routines/placement.ts';

/** One of several databases, as it was found. */
export interface FoundDatabase {
  readonly number: number;
  /** Null for one that is away, and for the only one of a deployment. */
  readonly placement: Placement | null;
  /** What of before the last growth still counts in it; null for one that is away, or was not migrated. */
  readonly left: LeftOfGrowth | null;
  /** Why it is no part of the deployment now, as a sentence without a full stop; null where it is. */
  readonly fault: string | null;
  readonly isAway: boolean;
}

/** A database that does not answer is asked for no longer than that, in milliseconds. */
const patienceMs = 5_000;

/**
 * Looks at all databases, and ends the growth in those in which nothing is left of it, unless one of them has a fault. Changes
 * nothing else.
 */
export async function settleSpread(
  openSession: OpenSession,
  urls: readonly string[],
): Promise<readonly FoundDatabase[]> {
  const inDatabase: InDatabase = (number, work) =>
    inTurn(openSession, { url: urls[number] ?? '', wakeMs: patienceMs }, work);
  const found: FoundDatabase[] = [];
  for (const number of urls.keys()) found.push(await look(inDatabase, number, urls.length));
  if (urls.length === 1 || found.some(({ fault }) => fault !== null)) return found;
  await endGrowths(urls.length, inDatabase).catch((error: unknown) => {
    // It is shown as under way, which it is.
    if (!(error instanceof GrowthHeld)) throw error;
  });
  const settled: FoundDatabase[] = [];
  for (const number of urls.keys()) settled.push(await look(inDatabase, number, urls.length));
  return settled;
}

async function look(
  inDatabase: InDatabase,
  number: number,
  databases: number,
): Promise<FoundDatabase> {
  try {
    return await inDatabase(number, async (session) => {
      const placement = await readPlacement(session);
      const fault = faultOf(placement, number, databases);
      return { number, placement, left: await leftOfGrowth(session), fault, isAway: false };
    });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { number, placement: null, left: null, fault, isAway: true };
  }
}

/** Undefined is said of the only database of a deployment as little as of several. */
export function faultOf(
  placement: Placement | null,
  number: number,
  databases: number,
): string | null {
  if (placement === null)
    return databases === 1 ? null : 'it does not know yet that it is one of several: migrate';
  if (placement.number !== number)
    return `it is database ${placement.number}: the connection strings are not in their order`;
  if (placement.databases > databases)
    return `it is one of ${placement.databases} databases: name all of them, in their order`;
  if (placement.databases < databases)
    return `it knows of ${placement.databases} databases: migrate`;
  return null;
}
