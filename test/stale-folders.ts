// Folders of test runs that were killed: their Postgres may still run, and nobody else will ever stop it.
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '#local/folder-lock.ts';
import { stopOrphan } from '#local/postmaster.ts';

const prefix = 'millrace-test-';

/** Where a test run keeps its server; removed by the run itself, or else by a later one. */
export const newTestFolder = () => join(tmpdir(), `${prefix}${process.pid}-${Date.now()}`);

/** Stops and deletes what no live run holds. */
export async function removeStaleFolders(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((name) => name.startsWith(prefix)))
    await removeIfStale(join(tmpdir(), name));
}

async function removeIfStale(folder: string): Promise<void> {
  const lock = lockFolder(folder);
  if (!lock) return;
  await stopOrphan(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
  lock.release();
}
