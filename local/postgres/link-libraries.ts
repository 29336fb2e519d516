// The names by which Postgres finds its libraries. A tarball of npm cannot hold symbolic links, so a script of the package makes
// them after it is installed; pnpm, and npm with --ignore-scripts, do not run such scripts.
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

interface Link {
  /** The file, relative to the package's folder. */
  readonly source: string;
  /** The name that leads to it, as well. */
  readonly target: string;
}

/** Makes those that are missing; several processes may do so at once. Throws a sentence when the folder takes none. */
export async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8').catch(
    () => '[]',
  );
  const links: readonly Link[] = JSON.parse(list);
  for (const { source, target } of links)
    if (!existsSync(join(packageFolder, target)))
      await link(join(packageFolder, source), join(packageFolder, target));
}

async function link(source: string, target: string): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), target);
  } catch (cause) {
    // Another process has been here in between.
    if (existsSync(target)) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Postgres lacks links to its libraries, because the script of its package did not run, and they cannot be made: ${reason}`,
      { cause },
    );
  }
}
