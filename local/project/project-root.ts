// The folders that belong together: an application may be one package of a workspace, whose root has what is common to all.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder, from this one upwards, that is a workspace's or a repository's root; the folder itself if none is. */
function projectRoot(folder: string): string {
  return foldersUpwards(folder).find(isRoot) ?? folder;
}

/** The folder and those above it, as far as they belong to its workspace or repository. */
export function projectFolders(folder: string): readonly string[] {
  const upwards = foldersUpwards(folder);
  return upwards.slice(0, upwards.indexOf(projectRoot(folder)) + 1);
}

function foldersUpwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpwards(parent)];
}

const isRoot = (folder: string): boolean =>
  ['.git', 'pnpm-workspace.yaml'].some((name) => existsSync(join(folder, name))) ||
  readManifest(folder)?.workspaces !== undefined;

/** What of a package.json is looked at here. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly packageManager?: string;
  readonly workspaces?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Undefined where the folder has none. Throws an error that names the file when that cannot be read. */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read ${file}: ${reason}`, { cause });
  }
}
