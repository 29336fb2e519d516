// The bundles with the driver pg in processes of their own: what a freeze does to connections, and what a death does to work.
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findApplication } from '#bundling/application.ts';
import { bundleFunction } from '#bundling/bundle-function.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import type { CloudAssembly } from '#test/support/infra/cloud-assembly.ts';
import { resourceAt, synthesize } from '#test/support/infra/synthesis.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { type SwitchedProxy, startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { answerOf, bearer, call, order, placeOrders } from '#test/support/runtime/orders.ts';
import { connect } from '#test/support/sql/connect.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const names = {
  MillraceConsumerHandler: 'consumer',
  MillraceHttpHandler: 'http',
  MillraceMigrationsFunctionHandler: 'migrate',
} as const;

let assembly: CloudAssembly;
const folder = newFolder();
beforeAll(() => {
  const template = synthesize({ driver: 'pg' });
  for (const name of Object.values(names))
    bundleFunction(name, findApplication({}), join(folder, name), {
      driver: 'pg',
      external: ['@aws-sdk/*'],
    });
  assembly = {
    functionAt(path) {
      const [name, { Properties }] = resourceAt(template, 'AWS::Lambda::Function', path);
      return { name, properties: Properties };
    },
    folderOf: (path) => join(folder, names[path as keyof typeof names]),
  };
});
afterAll(() => removeFolder(folder));

let cloud: Cloud;
let proxy: SwitchedProxy;
beforeEach(async () => {
  cloud = await openCloud({ assembly });
  proxy = await startSwitchedProxy(cloud.database.directUrl);
  cloud.parameters.set('/millrace/database-url', proxy.url);
  answerOf(await (await cloud.sandbox('migrate')).invoke({}));
});

const tick = { scheduledTime: '2026-11-28T23:45:00Z' };
const rows = (text: string) => cloud.database.query(text);
const isAlone = async () =>
  (
    await rows(`select from pg_stat_activity
      where application_name = 'millrace' and datname = current_database()`)
  ).length === 0;

test('a consumer leaves no connection to be frozen, and drains after the freeze', async () => {
  const consumer = await cloud.sandbox('consumer');
  for (const _ of [1, 2]) {
    await placeOrders(cloud, 3);
    expect(answerOf(await consumer.invoke(tick))).toMatchObject({ done: 12, retried: 0, stale: 0 });
    await waitUntil(isAlone);
    expect(await rows('select from bookstore.payment')).toHaveLength(3);
    await rows('truncate bookstore.payment, bookstore.shipment');
  }
  expect(consumer.log.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

test('the http function keeps its connection, and does without it when it has died in a freeze', async () => {
  const http = await cloud.sandbox('http');
  const headers = await bearer(cloud);
  const post = (id: string) =>
    call(http, { method: 'POST', path: '/v1/messages', headers, body: order(id) });
  expect(await post('T-1')).toMatchObject({ status: 202 });
  const before = proxy.connections;
  expect(await post('T-2')).toMatchObject({ status: 202 });
  expect(proxy.connections).toBe(before);
  proxy.cut();
  expect(await post('T-3')).toMatchObject({ status: 202 });
  expect(proxy.connections).toBeGreaterThan(before);
  expect(await rows('select from millrace.message')).toHaveLength(3);
});

test('a consumer that is killed loses nothing', async () => {
  const client = await connect(cloud.database);
  await client.query('begin; lock table bookstore.payment in access exclusive mode');
  const killed = await cloud.sandbox('consumer');
  await placeOrders(cloud, 3);
  const invocation = killed.invoke(tick);
  await waitUntil(
    async () =>
      (await rows('select from millrace.delivery where lease_token is not null')).length > 0,
  );
  killed.signal('SIGKILL');
  expect(await invocation).toEqual({ ended: 'SIGKILL' });
  await client.query('rollback');
  await waitUntil(isAlone);
  const consumer = await cloud.sandbox('consumer');
  await waitUntil(async () => {
    await expireLeases(cloud.database);
    answerOf(await consumer.invoke(tick));
    const left = 'select from millrace.delivery union all select from millrace.parcel';
    return (await rows(left)).length === 0;
  });
  expect(await rows('select from millrace.dead_letter')).toEqual([]);
  expect(await rows('select from bookstore.payment')).toHaveLength(3);
});
