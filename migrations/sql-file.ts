// The SQL files of a checkout or a bundle, in the order in which they are applied.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

export interface SqlFile {
  /** What the ledger calls it, such as migrations/tables/0001_schema.sql. */
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/**
 * Reads the .sql files of a folder and of those inside it, in path order; a folder that does not exist has none. Their names
 * begin with `called`, wherever the folder lies.
 */
export async function readSqlFiles(folder: string, called: string): Promise<SqlFile[]> {
  const paths = (await readFolder(folder)).filter((path) => path.endsWith('.sql'));
  return Promise.all(
    paths.sort().map((path) => readSqlFile(join(folder, path), posix.join(called, path))),
  );
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

async function readSqlFile(path: string, name: string): Promise<SqlFile> {
  const text = await readFile(path, 'utf8');
  return {
    name,
    text,
    checksum: createHash('sha256').update(text).digest('hex'),
  };
}
