// What a database knows of the others of its deployment. Only migrations write it.
import type { Database } from '#queue/database.ts';
import { onlyRow } from './only-row.ts';

/** Which of several databases one is, as millrace.databases tells it. */
export interface Placement {
  /** Its place among all, from 0. */
  readonly number: number;
  /** How many there are. */
  readonly databases: number;
  /** How many there were before the last growth, until that is settled; null then. */
  readonly before: number | null;
  /** When it was told so last, ISO 8601. */
  readonly since: string;
}

/** Null for the only database of a deployment. */
export async function readPlacement(database: Database): Promise<Placement | null> {
  const rows = await database.query<{ placement: Placement | null }>(
    'select millrace.databases() as placement',
  );
  return onlyRow(rows).placement;
}

/** Tells a database which of several it is. Fails with lock_not_available while producers are at work, and is repeated then. */
export async function place(
  database: Database,
  { number, databases, before }: Pick<Placement, 'number' | 'databases' | 'before'>,
): Promise<void> {
  await database.query('select millrace.place($1, $2, $3)', [number, databases, before]);
}

/** What of before the last growth still counts in one database, as millrace.settle_growth tells it. */
export interface LeftOfGrowth {
  /** How many groups live there that are at home in another database. */
  readonly groups: number;
  /** How many dead letters there are of such groups. Somebody has to redrive or discard them. */
  readonly deadLetters: number;
  /** How many messages wait there that HTTP functions of before have left to be sent to another database. */
  readonly forwards: number;
  /** Until when idempotency keys count there that are at home in another database, ISO 8601; null when none does. */
  readonly keysUntil: string | null;
  /** Until when code may run that knows fewer databases, ISO 8601; null when that is over. */
  readonly notBefore: string | null;
}

/** Whether nothing of before the growth counts any more. */
export const isNothingLeft = (left: LeftOfGrowth): boolean =>
  left.groups + left.deadLetters + left.forwards === 0 &&
  left.keysUntil === null &&
  left.notBefore === null;

/** Looks, and changes nothing. */
export async function leftOfGrowth(database: Database): Promise<LeftOfGrowth> {
  const rows = await database.query<{ left_here: LeftOfGrowth }>(
    'select millrace.settle_growth() as left_here',
  );
  return onlyRow(rows).left_here;
}

/**
 * Ends the growth in one database if nothing is left of it, and answers what is. To be called in the order of the databases, and
 * only while nothing is left. Fails with lock_not_available while producers are at work, and is repeated then.
 */
export async function endGrowth(database: Database): Promise<LeftOfGrowth> {
  const rows = await database.query<{ left_here: LeftOfGrowth }>(
    'select millrace.end_growth() as left_here',
  );
  return onlyRow(rows).left_here;
}
