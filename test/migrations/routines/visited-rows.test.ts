// A plan that was made while a table was vacuumed and empty goes on being used when the table has grown. It may join two lists by
// comparing each row of one with each of the other, which reads no page more than another plan, and takes the square of the time.
// So these tests count the rows that calls for a thousand groups look at.
import type { Client } from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { buryGroups, fillGroups } from '#test/support/sql/bulk.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { nodesOf, type PlanNode, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { type Delivery, declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const count = 1_000;

/** What is empty when it is vacuumed, and then grows. */
const grown = [
  'delivery',
  'dead_letter',
  'message_group',
  'disturbed_group',
  'in_flight',
  'attempt_default',
  'done_attempts_default',
];

let db: TestDatabase;
let client: Client;
let operator: Operator;
let queue: SqlQueue;
beforeEach(async () => {
  db = await createDatabase();
  await restAutovacuum(db);
  queue = await declareQueue(db, { maxInFlight: 2 * count });
  for (const table of grown) await db.query(`vacuum millrace.${table}`);
  client = await connect(db);
  operator = new Operator(async (text, values) => (await client.query(text, values)).rows);
});

/** Rows that a node looked at, those that it left out included. */
const looksOf = (node: PlanNode) =>
  ((node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0)) *
  (node['Actual Loops'] ?? 0);

/** The largest number of rows at which one step of the call's statements looks, for each of the thousand. */
async function looksForEach(call: () => Promise<unknown>): Promise<number> {
  const plans = await plansOf(client, call);
  expect(plans).not.toEqual([]);
  return Math.max(...nodesOf(plans).map(looksOf)) / count;
}

const few = 10;
const all = { maxCount: count };
const bury = () => buryGroups(db, queue, { count, groups: count });

test('a discard', async () => {
  await bury();
  expect(await looksForEach(() => operator.discard({ queue: queue.name }, all))).toBeLessThan(few);
});

test('a redrive, and a purge', async () => {
  await bury();
  expect(await looksForEach(() => operator.redrive({ queue: queue.name }, all))).toBeLessThan(few);
  expect(await looksForEach(() => operator.purge(queue.name, queue.name, all))).toBeLessThan(few);
});

test('a claim, and a settle', async () => {
  await fillGroups(db, queue, { count, groups: count });
  const connected = queue.on(client);
  let deliveries: readonly Delivery[] = [];
  const looks = await looksForEach(async () => {
    deliveries = (await connected.claim({ count })).deliveries;
  });
  expect(looks).toBeLessThan(few);
  expect(deliveries).toHaveLength(count);
  expect(
    await looksForEach(() => connected.settle(...deliveries.map((each) => done(each)))),
  ).toBeLessThan(few);
});
