// The bundles of a deployment that sleeps, is eager and hands over, end to end: who invokes whom, by which calls of AWS.
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { assemblyWith, type CloudAssembly } from '#test/support/infra/cloud-assembly.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { answerOf, bearer, call, deliveriesOf, orderOf } from '#test/support/runtime/orders.ts';
import type { Sandbox } from '#test/support/runtime/sandbox.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let assembly: CloudAssembly;
beforeAll(async () => {
  assembly = await assemblyWith({ sleep: 'true', eager: 'true', handOver: '3' });
});

let cloud: Cloud;
let http: Sandbox;
let headers: { authorization: string };
/** How far the clock of the schedules is ahead of this machine's. */
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  cloud = await openCloud({ assembly, now: () => new Date(Date.now() + aheadMs) });
  answerOf(await (await cloud.sandbox('migrate')).invoke({}));
  http = await cloud.sandbox('http');
  headers = await bearer(cloud);
});

async function post(orderId: string, options = {}): Promise<string> {
  const body = JSON.stringify({ ...orderOf(orderId), ...options });
  const answer = await call(http, { method: 'POST', path: '/v1/messages', headers, body });
  expect(answer.status).toBe(202);
  return answer.body.id;
}

const isDone = async (id: string) =>
  (await deliveriesOf(cloud, id)).every((delivery) => delivery.endsWith(' done'));

const tick = () => cloud.invoke('consumer', { scheduledTime: '2026-11-28T23:45:00Z' });

test('an order that is posted is handled without a tick', async () => {
  const id = await post('E-1');
  await waitUntil(() => isDone(id));
  expect(cloud.sandboxes.consumer).toHaveLength(1);
});

test('an order for later arms a wake-up, and is handled when that fires', async () => {
  const id = await post('S-1', { delaySeconds: 3_600 });
  const { armed } = cloud.aws.schedules;
  expect(armed).toHaveLength(1);
  expect(armed[0]).toMatchObject({ name: expect.stringMatching(/^wake-\d{8}T\d{6}Z$/) });
  const waitsMs = Number(armed[0]?.at) - Date.now();
  expect(waitsMs).toBeGreaterThan(3_590_000);
  expect(waitsMs).toBeLessThan(3_660_000);
  expect(cloud.sandboxes.consumer).toHaveLength(0);

  // An hour goes by, at the database as well.
  await cloud.database.query(
    `update millrace.delivery set available_at = available_at - interval '1 hour'`,
  );
  aheadMs = 3_700_000;
  await waitUntil(() => isDone(id));
});

test('a backlog is shared with helpers, which hand nothing over', async () => {
  const enqueue = (orders: object[]) =>
    cloud.database.query('select millrace.enqueue_many($1)', [JSON.stringify(orders)]);
  // By SQL, so that no eager consumer is about when the backlog comes.
  await enqueue([orderOf('H-0')]);
  answerOf(await tick());
  // As if each order had taken a minute.
  await cloud.database.query('update millrace.drain_log set run_ms = 60000 * claimed');
  const orders = Array.from({ length: 100 }, (_, n) => orderOf(`H-${n + 1}`));
  await enqueue(orders);
  answerOf(await tick());
  await waitUntil(
    async () =>
      (
        await cloud.database.query(
          'select from millrace.delivery union all select from millrace.parcel',
        )
      ).length === 0,
  );
  const logs = cloud.sandboxes.consumer.flatMap(({ log }) => log);
  const helpers = logs
    .filter(({ message }) => message === 'handed over')
    .map((line) => line['helpers']);
  expect(helpers).not.toEqual([]);
  for (const started of helpers) expect([1, 2, 3]).toContain(started);
  expect(cloud.sandboxes.consumer.length).toBeGreaterThan(1);
  expect(await cloud.database.query('select from bookstore.payment')).toHaveLength(101);
});
