import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot as root } from './project-root.ts';

/** Of these folders of the repository and all below them, those that have TypeScript in them. */
export async function foldersWithCode(tops: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    tops.map(async (top) => {
      const names = await readdir(join(root, top), { recursive: true });
      return names.filter((name) => /\.tsx?$/.test(name)).map((name) => dirname(join(top, name)));
    }),
  );
  return [...new Set(files.flat())].sort();
}
