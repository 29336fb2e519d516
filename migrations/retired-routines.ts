// The routines that no file defines any more.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names without the schema, a line each; lines that begin with # are for readers. None when there is no such file. */
export async function readRetiredRoutines(root: string, folder: string): Promise<string[]> {
  const text = await readFile(join(root, folder, 'retired.txt'), 'utf8').catch(orNothing);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function orNothing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
