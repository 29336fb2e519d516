// Folders for servers that tests start. A run that is killed leaves its folders, and perhaps a Postgres on them;
// nobody but a later run will ever clean up.
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '#local/postgres/folder-lock.ts';
import { stopOrphan } from '#local/postgres/postmaster.ts';

const prefix = 'millrace-test-';

/** A name that is free; whoever makes the folder also removes it. */
export function newFolder(): string {
  return join(tmpdir(), `${prefix}${process.pid}-${randomUUID().slice(0, 8)}`);
}

/** Stops the Postgres on the folder, if there is one, and deletes the folder. */
export async function removeFolder(folder: string): Promise<void> {
  await stopOrphan(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

/** Removes what no living process has made or holds. */
export async function removeStaleFolders(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((name) => name.startsWith(prefix)))
    if (!isAlive(Number(name.split('-')[2]))) await removeUnlessHeld(join(tmpdir(), name));
}

async function removeUnlessHeld(folder: string): Promise<void> {
  const lock = lockFolder(folder);
  if (!lock) return;
  await removeFolder(folder);
  lock.release();
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
