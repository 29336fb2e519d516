// A new API key counts in all databases, or in none: its transaction in the first one commits when all others have its hash.
import { Failure } from '#cli/failure.ts';
import { copyApiKeys, readApiKeys } from '#queue/copy-api-keys.ts';
import type { Database } from '#queue/database.ts';
import { openSession } from './connection.ts';
import type { ReachedDatabase } from './reach.ts';

/** A statement that makes a key and answers it as `key`. */
export interface NewKey {
  readonly name: string;
  readonly statement: string;
  readonly parameters: readonly unknown[];
}

/**
 * Makes a key and answers it. Throws a Failure that names the databases that did not take it: nobody has the key then, and those
 * that took its hash forget it when the call is made again.
 */
export async function makeKey(
  [first, ...others]: readonly ReachedDatabase[],
  key: NewKey,
): Promise<string> {
  if (!first) throw new Error('a key was to be made in no database');
  if (others.length === 0) return made(first.database, key);
  const session = await openSession(first.url);
  try {
    await session.script('begin');
    const secret = await made(session, key);
    await copyToAll(session, key.name, others);
    await session.script('commit');
    return secret;
  } finally {
    await session.close().catch(() => {});
  }
}

async function made(database: Database, { statement, parameters }: NewKey): Promise<string> {
  const [row] = await database.query<{ key: string }>(statement, parameters);
  if (!row) throw new Error('the database made no API key');
  return row.key;
}

async function copyToAll(
  first: Database,
  name: string,
  others: readonly ReachedDatabase[],
): Promise<void> {
  const keys = await readApiKeys(first, name);
  const copies = await Promise.allSettled(
    others.map(({ database }) => copyApiKeys(database, keys)),
  );
  const failed = copies.flatMap((copy, place) =>
    copy.status === 'rejected' ? [{ number: place + 1, reason: copy.reason as unknown }] : [],
  );
  const [one] = failed;
  if (!one) return;
  const numbers = failed.map(({ number }) => number).join(' and ');
  throw new Failure(
    'unreachable',
    `No key was made: database ${numbers} did not take it. The same command may be run again. ` +
      `Database ${one.number} says: ${one.reason instanceof Error ? one.reason.message : String(one.reason)}`,
    { cause: one.reason },
  );
}
