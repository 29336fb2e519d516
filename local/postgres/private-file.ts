// Files that hold a secret: for their owner's eyes, whoever could read an earlier file of that name.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces the file as a whole, so that a reader finds the old text or the new one. Makes the folder when missing. */
export async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  // A file that is there would keep its mode.
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}
