// The databases themselves, for commands that need more of them than their API: those that DATABASE_URL names, or those of a server
// that runs here.
import { Failure } from '#cli/failure.ts';
import { findServer } from '#local/running-server.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import { requiredUrls } from './chosen-way.ts';

/**
 * Their connection strings by their numbers. purpose: what they are wanted for, as in "the database to drain". Throws a Failure when
 * nothing names any.
 */
export async function namedDatabases(data: string, purpose: string): Promise<readonly string[]> {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) return requiredUrls(DATABASE_URL);
  const server = await findServer(data).catch((cause: unknown) => {
    throw new Failure('usage', `DATABASE_URL names ${purpose}, and is not set`, { cause });
  });
  return databaseUrls(server.postgresUrl);
}

/** Where a database is, without who logs in and how. */
export function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
