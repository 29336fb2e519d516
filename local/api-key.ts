// The API key of this machine: made once by the database and kept, so that a curl line from yesterday works today.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '#queue/database.ts';
import { findApiKey } from '#queue/operate/api-keys.ts';

const name = 'local';
const scopes = ['enqueue:*', 'read', 'operate'];

/** The kept key; a new one if none is kept, or the database does not know it because it is another one by now. */
export async function keptApiKey(database: Database, dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'api-key');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  const found = await findApiKey(database, createHash('sha256').update(kept).digest('hex'));
  if (found?.name === name) return kept;
  const made = await makeApiKey(database);
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(file, `${made}\n`, { mode: 0o600 });
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
