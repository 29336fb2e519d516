// Writes files that are not there. What would keep one of them from being written is looked for before the first is.
import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { PlannedFile } from './template.ts';

/**
 * Throws a sentence that names the path and the reason: nothing has been written then, unless the disk is full or somebody
 * else changes the folder meanwhile, and for that case the sentence says what is there now.
 */
export async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  for (const { path } of files) await requireWritable(folder, path);
  const written: string[] = [];
  for (const { path, text } of files) {
    try {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { flag: 'wx' });
    } catch (cause) {
      const before =
        written.length === 0 ? 'Nothing was written' : `Written: ${written.join(', ')}`;
      throw new Error(
        `Cannot write ${path}: ${reasonOf(cause)}. ${before}; run it again, and it writes what is missing`,
        { cause },
      );
    }
    written.push(path);
  }
}

/** Looks at what is there of the path to the file, from below. */
async function requireWritable(folder: string, path: string): Promise<void> {
  let above = dirname(join(folder, path));
  let found = await statsOf(above);
  while (!found) {
    above = dirname(above);
    found = await statsOf(above);
  }
  const way = relative(folder, above);
  const name = way === '' || way.startsWith('..') ? above : way;
  if (!found.isDirectory())
    throw new Error(
      `Cannot write ${path}: ${name} is a file, and has to be a folder. Nothing was written`,
    );
  await access(above, constants.W_OK | constants.X_OK).catch((cause) => {
    throw new Error(
      `Cannot write ${path}: ${reasonOf(cause)} for the folder ${name}. Nothing was written`,
      { cause },
    );
  });
}

/** Undefined where there is nothing, and where a file is in the way further up. */
const statsOf = (path: string) => stat(path).catch(() => undefined);

/** "permission denied", of "EACCES: permission denied, open '/app/tsconfig.json'". */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
