// Over how many databases a deployment is spread, and how its functions learn it.
import { DATABASES } from '#functions/environment.ts';
import { type Range, requireInRange } from './in-range.ts';

export const databasesRange: Range = { from: 1, to: 16, of: 'databases' };

/** Throws a RangeError. */
export function requireDatabases(databases = 1): number {
  requireInRange('databases', databases, databasesRange);
  return databases;
}

/** Nothing for one database, which is what a function takes for granted. */
export const databasesVariable = (databases: number): Readonly<Record<string, string>> =>
  databases === 1 ? {} : { [DATABASES]: String(databases) };
