import { DATABASES } from '#functions/environment.ts';
import { mostDatabases } from '#queue/database-urls.ts';
import { misuse } from '#queue/misuse.ts';

/** Over how many databases the deployment is spread. Throws a TypeError unless it is a whole number from 1 to 16, or not said: 1. */
export function readDatabases(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment[DATABASES] || '1';
  const databases = Number(text);
  if (Number.isInteger(databases) && databases >= 1 && databases <= mostDatabases) return databases;
  misuse(`${DATABASES} is a whole number from 1 to ${mostDatabases}; got "${text}"`);
}
