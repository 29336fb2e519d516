// The API key of this machine: made once and kept, so that a curl line from yesterday works today.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function keptApiKey(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'api-key');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept) return kept;
  const made = `local_${randomBytes(18).toString('base64url')}`;
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}
