// The API key of this machine: made once by the database and kept, so that a curl line from yesterday works today.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writePrivately } from '#local/postgres/private-file.ts';
import { copyApiKeys, readApiKeys } from '#queue/copy-api-keys.ts';
import type { Database } from '#queue/database.ts';
import { findApiKey } from '#queue/operate/api-keys.ts';

const name = 'local';
const scopes = ['enqueue:*', 'read', 'operate'];

/**
 * The kept key; a new one if none is kept, or the first database does not know it because it is another one by now. The others know
 * what the first one knew at the migration, and are told of a new one here.
 */
export async function keptApiKey(
  [database, ...others]: readonly Database[],
  dataDirectory: string,
): Promise<string> {
  if (!database) throw new Error('a key was to be made in no database');
  const file = join(dataDirectory, 'api-key');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  const found = await findApiKey(database, createHash('sha256').update(kept).digest('hex'));
  if (found?.name === name) return kept;
  const made = await makeApiKey(database);
  if (others.length > 0) await copyToAll(database, others);
  await writePrivately(file, `${made}\n`);
  return made;
}

async function makeApiKey(database: Database): Promise<string> {
  // Nobody has the key of this name any more, or it is another machine's on the same database: then it ends.
  await database.query(
    `select millrace.revoke_api_key(k ->> 'name') from json_array_elements(millrace.api_keys()) as k
     where k ->> 'name' = $1`,
    [name],
  );
  const [row] = await database.query<{ key: string }>(
    'select millrace.create_api_key($1, $2::text[]) as key',
    [name, scopes],
  );
  if (!row) throw new Error('the database made no API key');
  return row.key;
}

/** Before the key is kept: where this fails, the next start makes another. */
async function copyToAll(first: Database, others: readonly Database[]): Promise<void> {
  const keys = await readApiKeys(first, name);
  for (const database of others) await copyApiKeys(database, keys);
}

/** Keeps the header that curl sends with `-H @file`, so that the key stands in no command line. Answers the file's path. */
export async function keepAuthorization(dataDirectory: string, apiKey: string): Promise<string> {
  const file = resolve(dataDirectory, 'authorization');
  await writePrivately(file, `Authorization: Bearer ${apiKey}\n`);
  return file;
}
