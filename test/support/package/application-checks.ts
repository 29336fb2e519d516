// What has to hold in every application that has installed the package, however its packages lie on the disk.
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CloudAssembly, readAssembly } from '#test/support/infra/cloud-assembly.ts';
import { openCloud } from '#test/support/runtime/cloud.ts';
import { answerOf, bearer, call, deliveriesOf } from '#test/support/runtime/orders.ts';
import type { MadeApplication } from './made-application.ts';

/** Beside what the application's own tsconfig.json says. */
const strictest = [
  ...['--skipLibCheck', 'false', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
  ...['--noPropertyAccessFromIndexSignature', '--noImplicitOverride', '--isolatedModules'],
  ...['--verbatimModuleSyntax', '--noUnusedLocals', '--pretty', 'false'],
];

/** Everything but the declarations of the CDK, which do not hold under exactOptionalPropertyTypes. */
export async function typeErrors(application: MadeApplication, below?: string): Promise<string[]> {
  const said = await application.run('tsc', strictest, below).catch(String);
  const errors = said.split('\n').filter((line) => / error TS\d+: /.test(line));
  return errors.filter((line) => !/^(\S*\/)?node_modules\/\S*aws-cdk-lib\//.test(line));
}

export async function synthesize(
  application: MadeApplication,
  below = '',
  ...words: string[]
): Promise<CloudAssembly> {
  // The library's own validation of the template takes longer than all the rest.
  await application.run('cdk', ['synth', '--quiet', '--no-validation', ...words], below);
  return readAssembly(join(application.folder, below, 'cdk.out'));
}

const order = {
  type: 'order.placed',
  payload: {
    orderId: 'order-1',
    email: 'reader@example.com',
    items: [{ sku: 'moby-dick', quantity: 2, priceCents: 999 }],
  },
};

/**
 * Runs the bundles as Lambda does, on an empty database: the migration with the application's own tables, an order over HTTP,
 * a tick. Answers how its deliveries ended.
 */
export async function runBundles(
  assembly: CloudAssembly,
  environmentOf: (databaseUrl: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<string[]> {
  const cloud = await openCloud({ assembly });
  answerOf(await cloud.invoke('migrate', {}));
  const { status, body } = await call(await cloud.sandbox('http'), {
    method: 'POST',
    path: '/v1/messages',
    headers: await bearer(cloud),
    body: JSON.stringify(order),
  });
  expect(status, JSON.stringify(body)).toBe(202);
  const environment = environmentOf(cloud.database.directUrl);
  answerOf(await (await cloud.sandbox('consumer', { environment })).invoke({}));
  expect(await cloud.database.query('select total_cents from shop.receipt')).toEqual([
    { total_cents: '1998' },
  ]);
  return deliveriesOf(cloud, body.id);
}
