// What `npm pack` makes of this checkout, and what is in it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { inject, vi } from 'vitest';
import { lockFolder } from '#local/postgres/folder-lock.ts';
import { projectRoot } from '#test/support/project-root.ts';

export interface Tarball {
  readonly file: string;
  /** Where it is unpacked, as `node_modules/millrace` of a folder without any other package. */
  readonly unpacked: string;
  /** Of all its files, relative to `unpacked`. */
  readonly paths: readonly string[];
  readonly manifest: Manifest;
}

/** The package.json that is published. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, object>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const notCopied = ['.git', '.millrace', 'bench', 'cdk.out', 'coverage', 'dist', 'node_modules'];

/** Packed by the first file of a run that asks for it. */
export async function packedOnce(): Promise<Tarball> {
  const folder = inject('packageFolder');
  const isPacked = () => existsSync(join(folder, 'node_modules'));
  const lock = await vi.waitUntil(() => lockFolder(folder), { timeout: 110_000, interval: 50 });
  try {
    if (!isPacked()) await pack(folder);
  } finally {
    lock.release();
  }
  const unpacked = join(folder, 'node_modules/millrace');
  const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
  return {
    file: join(folder, 'millrace.tgz'),
    unpacked,
    paths: entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(unpacked.length + 1))
      .toSorted(),
    manifest: JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')),
  };
}

/** In a copy of the checkout, whose dist/ nobody else reads or writes meanwhile. */
async function pack(folder: string): Promise<void> {
  const checkout = join(folder, 'checkout');
  const filter = (from: string) => !notCopied.includes(basename(from)) && !from.endsWith('.tgz');
  await cp(projectRoot, checkout, { recursive: true, filter });
  await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: checkout,
  });
  await rename(join(folder, stdout.trim().split('\n').at(-1) ?? ''), join(folder, 'millrace.tgz'));
  await rm(checkout, { recursive: true });
  const unpacking = join(folder, 'unpacking');
  await mkdir(unpacking);
  await run('tar', ['--extract', '--file=millrace.tgz', `--directory=${unpacking}`], {
    cwd: folder,
  });
  await rename(join(unpacking, 'package'), join(unpacking, 'millrace'));
  await rename(unpacking, join(folder, 'node_modules'));
}
