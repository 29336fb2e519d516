import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptApiKey } from '#local/api-key.ts';
import { findApiKey } from '#queue/operate/api-keys.ts';
import { createDatabase } from '#test/support/database.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'api-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('the key of this machine is made once, and counts in each of several databases', async () => {
  const databases = (await Promise.all([createDatabase(), createDatabase()])).map(
    ({ database }) => database,
  );
  const folder = await temporaryFolder();
  const key = await keptApiKey(databases, folder);
  for (const database of databases)
    expect(await findApiKey(database, hashOf(key))).toMatchObject({ name: 'local' });
  expect(await keptApiKey(databases, folder)).toBe(key);
  // Of another machine, or of a start that failed before it kept its key.
  const other = await keptApiKey(databases, await temporaryFolder());
  expect(other).not.toBe(key);
  for (const database of databases) {
    expect(await findApiKey(database, hashOf(other))).toMatchObject({ name: 'local' });
    expect(await findApiKey(database, hashOf(key))).toBeUndefined();
  }
  expect(await readFile(join(folder, 'api-key'), 'utf8')).toBe(`${key}\n`);
});
