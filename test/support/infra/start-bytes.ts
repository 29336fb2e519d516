// What a cold start reads of a bundle: its entry and what that imports at once, not what it imports when that is called for.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of these files together. */
export async function startBytes(folder: string): Promise<number> {
  const read = new Map<string, number>();
  const add = async (file: string): Promise<void> => {
    if (read.has(file)) return;
    read.set(file, 0);
    const text = await readFile(join(folder, file), 'utf8');
    read.set(file, Buffer.byteLength(text));
    for (const [, imported = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.mjs)"/g))
      await add(imported);
  };
  await add('index.mjs');
  return [...read.values()].reduce((sum, bytes) => sum + bytes, 0);
}
