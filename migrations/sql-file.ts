// The SQL files of a checkout or a bundle, in the order in which they are applied.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SqlFile {
  /** Path from the root, such as migrations/tables/0001_schema.sql. */
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** Reads the .sql files of a folder and of those inside it, in path order; a folder that does not exist has none. */
export async function readSqlFiles(root: string, folder: string): Promise<SqlFile[]> {
  const names = (await readFolder(join(root, folder))).filter((name) => name.endsWith('.sql'));
  return Promise.all(names.sort().map((name) => readSqlFile(root, join(folder, name))));
}

async function readFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path, { recursive: true });
  } catch (error) {
    // An application without tables of its own has no such folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function readSqlFile(root: string, name: string): Promise<SqlFile> {
  const text = await readFile(join(root, name), 'utf8');
  return {
    name,
    text,
    checksum: createHash('sha256').update(text).digest('hex'),
  };
}
