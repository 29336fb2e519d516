// The consumer's bundle in processes of its own: what a schedule sends, and everything that can happen to a process.
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type CloudAssembly, sharedAssembly } from '#test/support/infra/cloud-assembly.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { type SwitchedProxy, startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { answerOf, placeOrders } from '#test/support/runtime/orders.ts';
import type { Outcome } from '#test/support/runtime/sandbox.ts';
import { connect } from '#test/support/sql/connect.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let assembly: CloudAssembly;
beforeAll(async () => {
  assembly = await sharedAssembly();
});

let cloud: Cloud;
let proxy: SwitchedProxy;
beforeEach(async () => {
  cloud = await openCloud({ assembly });
  answerOf(await (await cloud.sandbox('migrate')).invoke({}));
  proxy = await startSwitchedProxy(cloud.database.url);
  cloud.parameters.set('/millrace/database-url', proxy.url);
});

const tick = { scheduledTime: '2026-11-28T23:45:00Z' };
const doneOf = (outcome: Outcome) => answerOf<{ done: number }>(outcome).done;
const count = async (table: string) => {
  const [row] = await cloud.database.query(`select count(*)::int as rows from ${table}`);
  return row?.['rows'];
};
/** Whatever waits or is held, in a row of its own or in a parcel. */
const live =
  'select lease_token from millrace.delivery union all select lease_token from millrace.parcel';
const isHeld = async () =>
  (await cloud.database.query<{ lease_token: string | null }>(live)).some(
    ({ lease_token: token }) => token !== null,
  );
const isAnyLeft = async () => (await cloud.database.query(live)).length > 0;

/** Handlers that write a payment wait until the answer's release. */
async function holdPayments() {
  const client = await connect(cloud.database);
  await client.query('begin; lock table bookstore.payment in access exclusive mode');
  return () => client.query('rollback');
}

/** Each order is delivered to three queues, and its payment goes on to a fourth. */
const everyDelivery = (orders: number) => orders * 4;

/**
 * Ticks after the leases have run out, until nothing is left: a call that the process had sent may still have claimed after its
 * death, and what suspects enqueue is for the tick after.
 */
async function recover() {
  do {
    await expireLeases(cloud.database);
    await makeDue(cloud.database);
    answerOf(await cloud.invoke('consumer', tick));
  } while (await isAnyLeft());
}

async function expectAllHandledOnce(orders: number) {
  expect(await isAnyLeft()).toBe(false);
  expect(await count('millrace.dead_letter')).toBe(0);
  expect(await count('bookstore.payment')).toBe(orders);
  expect(await count('bookstore.shipment')).toBe(orders);
}

test('drains on a tick and on every other event, since the database says what is due', async () => {
  const consumer = await cloud.sandbox('consumer');
  for (const event of [tick, { wakeUp: 'scheduled' }, {}, null, 'tick', [1]]) {
    await placeOrders(cloud, 2);
    expect(doneOf(await consumer.invoke(event))).toBe(everyDelivery(2));
    await cloud.database.query('truncate bookstore.payment, bookstore.shipment');
  }
  expect(consumer.log.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

test('goes on after a freeze in which all of its connections died', async () => {
  const consumer = await cloud.sandbox('consumer');
  await placeOrders(cloud, 3);
  expect(doneOf(await consumer.invoke(tick))).toBe(everyDelivery(3));
  const before = proxy.connections;
  expect(before).toBeGreaterThan(0);
  proxy.cut();
  await placeOrders(cloud, 3);
  expect(answerOf(await consumer.invoke(tick))).toMatchObject({ retried: 0, dead: 0, stale: 0 });
  expect(proxy.connections).toBeGreaterThan(before);
  await expectAllHandledOnce(3);
});

test('is killed when its time is up, and the next invocation takes its work over', async () => {
  const release = await holdPayments();
  const slow = await cloud.sandbox('consumer');
  await placeOrders(cloud, 20);
  const invocation = slow.invoke(tick);
  await waitUntil(isHeld);
  // A machine that stands still: the process cannot even give back what it has not started.
  slow.signal('SIGSTOP');
  slow.timeOut();
  expect(await invocation).toEqual({ ended: 'timed out' });
  await release();
  expect(await isHeld()).toBe(true);
  await recover();
  await expectAllHandledOnce(20);
});

test('is killed between claim and settle, and nothing is lost or done twice', async () => {
  const release = await holdPayments();
  const killed = await cloud.sandbox('consumer');
  await placeOrders(cloud, 20);
  const invocation = killed.invoke(tick);
  await waitUntil(isHeld);
  killed.signal('SIGKILL');
  expect(await invocation).toEqual({ ended: 'SIGKILL' });
  await release();
  await recover();
  await expectAllHandledOnce(20);
});

test('returns within its time and gives back what it has not started', async () => {
  const release = await holdPayments();
  const consumer = await cloud.sandbox('consumer', { timeoutMs: 5_000 });
  await placeOrders(cloud, 50);
  const outcome = await consumer.invoke(tick);
  await release();
  // It may fail over what did not end. It is not killed over it.
  expect(outcome).not.toHaveProperty('ended');
  await recover();
  await expectAllHandledOnce(50);
});

test('runs beside a copy of itself, and each delivery is done by one', async () => {
  await placeOrders(cloud, 100);
  const both = await Promise.all([cloud.sandbox('consumer'), cloud.sandbox('consumer')]);
  const outcomes = await Promise.all(both.map((one) => one.invoke(tick)));
  const done = outcomes.map(doneOf);
  expect(done.reduce((sum, each) => sum + each, 0)).toBe(everyDelivery(100));
  await expectAllHandledOnce(100);
});

test('fails while the database is away, and drains when it is back, in the same process', async () => {
  await placeOrders(cloud, 3);
  proxy.mode = 'close';
  proxy.cut();
  const consumer = await cloud.sandbox('consumer', { timeoutMs: 6_000 });
  expect(await consumer.invoke(tick)).toHaveProperty('error.errorMessage');
  proxy.mode = 'pass';
  expect(doneOf(await consumer.invoke(tick))).toBe(everyDelivery(3));
});
