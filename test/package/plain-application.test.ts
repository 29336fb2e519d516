// An empty folder becomes an application, by npm: `init`, `npm install`, and everything that its owner does next.
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CloudAssembly } from '#test/support/infra/cloud-assembly.ts';
import { runBundles, synthesize, typeErrors } from '#test/support/package/application-checks.ts';
import { type MadeApplication, makeApplication } from '#test/support/package/made-application.ts';
import { packedOnce } from '#test/support/package/tarball.ts';

const functions = [
  'MillraceConsumerHandler',
  'MillraceHttpHandler',
  'MillraceMigrationsFunctionHandler',
];

let application: MadeApplication;
let assembly: CloudAssembly;
beforeAll(async () => {
  const { file, unpacked, manifest } = await packedOnce();
  application = await makeApplication({});
  // As npx does it, which puts the package elsewhere.
  await application.run('node', [join(unpacked, manifest.bin['millrace'] ?? ''), 'init']);
  await application.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', file]);
}, 300_000);

test('init finds everything there the second time', async () => {
  expect(await application.run('npx', ['millrace', 'init'])).toContain('nothing was changed');
});

test('its types hold, with the strictest options', async () => {
  expect(await typeErrors(application)).toEqual([]);
});

test('its own test passes, on a Postgres of its own', async () => {
  expect(await application.run('npm', ['test'])).toMatch(/Tests +2 passed/);
});

test('its bundles handle an order', async () => {
  assembly = await synthesize(application);
  expect(await runBundles(assembly)).toEqual(['receipts done']);
});

test('its bundles are as small as those of the example', async () => {
  for (const [path, most] of [
    ['MillraceConsumerHandler', 320_000],
    ['MillraceHttpHandler', 360_000],
  ] as const)
    expect((await stat(join(assembly.folderOf(path), 'index.mjs'))).size).toBeLessThan(most);
});

test('in another folder its bundles are the same, and a deployment uploads nothing', async () => {
  const before = functions.map((path) => assembly.functionAt(path).properties.Code);
  const elsewhere = await makeApplication({});
  await mkdir(join(elsewhere.folder, 'deeper'));
  await rename(application.folder, join(elsewhere.folder, 'deeper/shop'));
  const moved = await synthesize(elsewhere, 'deeper/shop');
  expect(functions.map((path) => moved.functionAt(path).properties.Code)).toEqual(before);
});
