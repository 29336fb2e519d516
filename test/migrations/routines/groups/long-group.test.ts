// A group of 100,000 costs what a short one costs, in pages read, whatever is done at its head or its end.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { fillGroups } from '#test/support/sql/bulk.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { buffersOf, plansOf } from '#test/support/sql/plans.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

async function setup(count: number) {
  const queue = await declareQueue(db, { retryBaseSeconds: 0 });
  await fillGroups(db, queue, { count, groups: 1 });
  const client = await connect(db);
  return {
    queue,
    client,
    connected: queue.on(client),
    operator: new Operator(db.query).on(client),
  };
}

/** Settles the head and claims the next, so many times; answers the last one. */
async function advance(connected: SqlQueue, head: Delivery, times: number): Promise<Delivery> {
  let last = head;
  for (let n = 0; n < times; n += 1) {
    const { claimed } = await connected.settleAndClaim([done(last)]);
    const [next] = claimed.deliveries;
    if (!next) throw new Error('the group has no next member');
    last = next;
  }
  return last;
}

/** Pages that the call reads. The first one of a connection reads the catalogue, too. */
const costOf = async (client: Client, call: () => Promise<unknown>) =>
  buffersOf(await plansOf(client, call));

/** What each operation at the head or at the end of the group costs. */
async function costsOfGroup(count: number): Promise<Map<string, number>> {
  const { queue, client, connected, operator } = await setup(count);
  const costs = new Map<string, number>();
  const measure = async (name: string, call: () => Promise<unknown>) =>
    costs.set(name, await costOf(client, call));
  let head = await connected.claimOne();
  // The first round reads the catalogue, too.
  for (let round = 0; round < 2; round += 1) {
    await measure('enqueue', () => connected.enqueue({ groupKey: 'group 0' }));
    await measure('claim of nothing', () => connected.claim({ count: 200 }));
    await measure('settle and claim', async () => {
      head = await advance(connected, head, 1);
    });
    await measure('retry', () =>
      connected.settle(end('retry', head, { error: {}, delaySeconds: 0 })),
    );
    await measure('claim', async () => {
      head = await connected.claimOne();
    });
    await measure('dead', () => connected.settle(end('dead', head, { error: {} })));
    await measure('redrive', () => operator.redrive({ queue: queue.name }));
    const released = await connected.claimOne();
    await connected.settle(end('release', released));
    await measure('cancel of the head', () => operator.cancel(released.id));
    head = await connected.claimOne();
  }
  return costs;
}

test('every operation on it reads as many pages as on a short one', async () => {
  const short = await costsOfGroup(500);
  const long = await costsOfGroup(100_000);
  expect(short.size).toBe(8);
  // The long group's indexes are a level deeper, a page or two more for each look-up. Reading its rows would be
  // thousands of pages.
  for (const [operation, pages] of short)
    expect.soft(long.get(operation), operation).toBeLessThan(pages * 1.2 + 60);
});

test('its head moves on as cheaply behind finished members that vacuum cannot remove', async () => {
  const { client, connected } = await setup(1_500);
  const reader = await connect(db);
  await reader.query(
    'begin isolation level repeatable read; select count(*) from millrace.delivery',
  );
  let head = await advance(connected, await connected.claimOne(), 10);
  const settle = async () => {
    const settled = await costOf(client, () => connected.settle(done(head)));
    head = await connected.claimOne();
    return settled;
  };
  const before = await settle();
  head = await advance(connected, head, 700);
  const after = await settle();
  expect(after).toBeLessThan(before * 1.5 + 10);
});
