// One launcher for each data folder. The lock is the operating system's: it ends with the process, however that ends.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  release(): void;
}

/** Undefined when a live process, this one included, holds the folder. The folder must exist. */
export function lockFolder(folder: string): FolderLock | undefined {
  // Node has no flock; SQLite takes a file lock that a killed process cannot leave behind.
  const file = new DatabaseSync(join(folder, 'launcher.lock'));
  try {
    file.exec('begin exclusive');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (error instanceof Error && error.message === 'database is locked') return undefined;
    throw error;
  }
}
