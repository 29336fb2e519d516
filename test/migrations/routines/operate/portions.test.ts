// What operators do to many letters or deliveries, portion by portion: whoever else is at work, and whatever ends the
// operator in between, each is dealt with once, and groups keep their order.
import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked, waitsForLock } from '#test/support/sql/blocked.ts';
import { buryGroups, fillGroups } from '#test/support/sql/bulk.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const orderOf = (payload: unknown) => (payload as { n: number }).n;

interface Handled {
  readonly group: string | null;
  readonly order: number;
}

/** Handles all there is; answers what was handled, in this order. */
async function runDry(queue: SqlQueue): Promise<Handled[]> {
  const handled: Handled[] = [];
  for (;;) {
    const { deliveries } = await queue.claim({ count: 200 });
    if (deliveries.length === 0) return handled;
    handled.push(
      ...deliveries.map(({ groupKey, payload }) => ({ group: groupKey, order: orderOf(payload) })),
    );
    await queue.settle(...deliveries.map((each) => done(each)));
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** Whether each was handled once, and all of a group in their order. */
function expectAllInOrder(handled: readonly Handled[], count: number): void {
  expect(sorted(handled.map(({ order }) => order))).toEqual(upTo(count));
  for (const [group, members] of Map.groupBy(handled, (each) => each.group)) {
    const order = members.map((each) => each.order);
    expect(order, `${group}`).toEqual(sorted(order));
  }
}

/** Calls until nothing is left; answers how many each call was for. */
async function portions(call: () => Promise<{ matched: number; more: boolean }>) {
  const matched: number[] = [];
  for (let more = true; more; ) {
    const answer = await call();
    matched.push(answer.matched);
    more = answer.more;
  }
  return matched;
}

const policies = [{ deadBlocksGroup: false }, { deadBlocksGroup: true }];

describe.each(policies)('a redrive in portions, %o', (policy) => {
  test('brings every member of a group back in its order', async () => {
    const queue = await declareQueue(db, policy);
    await buryGroups(db, queue, { count: 1_050, groups: 7 });
    const redrive = () => operator.redrive({ queue: queue.name }, { maxCount: 100 });
    expect(await redrive()).toMatchObject({ matched: 100, redriven: 100, more: true });
    expect(await portions(redrive)).toEqual([...Array(9).fill(100), 50]);
    expectAllInOrder(await runDry(queue), 1_050);
  });

  test('beside a drain ends, and each is handled once', async () => {
    const queue = await declareQueue(db, policy);
    await buryGroups(db, queue, { count: 1_500, groups: 10 });
    const clients = await connections(db, 4);
    let isOver = false;
    const handled: number[] = [];
    const consume = async (client: Client) => {
      while (!isOver) {
        const { deliveries } = await queue.on(client).claim({ count: 20 });
        handled.push(...deliveries.map(({ payload }) => orderOf(payload)));
        await queue.on(client).settle(...deliveries.map((each) => done(each)));
      }
    };
    const operate = async (client: Client) => {
      const redrive = () => operator.on(client).redrive({ queue: queue.name }, { maxCount: 50 });
      await portions(redrive);
      isOver = true;
    };
    await Promise.all(clients.map((client, seat) => (seat ? consume(client) : operate(client))));
    const rest = (await runDry(queue)).map(({ order }) => order);
    expect(sorted([...handled, ...rest])).toEqual(upTo(1_500));
  });
});

/** Makes every statement that deletes rows of a table take half a second. */
const slowDown = (table: string) =>
  db.query(
    `create function public.slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.5); return null; end';
     create trigger slow after delete on millrace.${table} execute function public.slow()`,
  );

test.each(['redrive', 'discard'] as const)(
  'a %s of which half a second is over ends after the step that it is at, and says that there is more',
  async (action) => {
    const queue = await declareQueue(db);
    await buryGroups(db, queue, { count: 1_600, groups: 1_600 });
    const operate = (maxCount: number) => operator[action]({ queue: queue.name }, { maxCount });
    await slowDown('dead_letter');
    expect(await operate(1_600)).toMatchObject({ matched: 500, more: true });
    expect(await operate(400)).toMatchObject({ matched: 400, more: true });
    await db.query('drop function public.slow cascade');
    expect(await portions(() => operate(1_600))).toEqual([700]);
    expect(await queue.deadLetters()).toEqual([]);
  },
);

describe('of two operators at once', () => {
  const setup = async (count: number) => {
    const queue = await declareQueue(db, { deadBlocksGroup: true });
    await buryGroups(db, queue, { count, groups: 5 });
    const [one, other] = (await connections(db, 2)) as [Client, Client];
    const redriveOn = (client: Client, maxCount: number) =>
      operator.on(client).redrive({ queue: queue.name }, { maxCount });
    return { queue, one, other, redriveOn };
  };

  test('each redrives what the other one does not', async () => {
    const { queue, one, other, redriveOn } = await setup(1_000);
    const seats = await Promise.all(
      [one, other].map((client) => portions(() => redriveOn(client, 40))),
    );
    const rest = await portions(() => redriveOn(one, 40));
    expect([...seats, rest].flat().reduce((sum, matched) => sum + matched, 0)).toBe(1_000);
    expectAllInOrder(await runDry(queue), 1_000);
  });

  test('one passes by what the other one has hold of, and does not ask for more of it', async () => {
    const { queue, one, other, redriveOn } = await setup(30);
    // For the row of a group it would wait a moment.
    await db.query('update millrace.dead_letter set group_key = null');
    await one.query('begin');
    expect(await redriveOn(one, 20)).toMatchObject({ matched: 20, more: true });
    const beside = redriveOn(other, 5);
    expect(await waitsForLock(db, beside)).toBe(false);
    // The other one holds one letter more than it redrives.
    expect(await beside).toMatchObject({ matched: 5, redriven: 5, more: true });
    expect(await redriveOn(other, 5)).toMatchObject({ matched: 4, redriven: 4, more: false });
    await one.query('rollback');
    expect(await redriveOn(other, 30)).toMatchObject({ matched: 21, more: false });
    expect(await queue.rows()).toHaveLength(30);
  });
});

test.each(['redrive', 'discard'] as const)(
  'a %s that is ended between and within portions loses and doubles nothing',
  async (action) => {
    const queue = await declareQueue(db);
    await buryGroups(db, queue, { count: 500, groups: 10 });
    const call = (on: Operator) => on[action]({ queue: queue.name }, { maxCount: 100 });
    for (const isCommitted of [true, false]) {
      const client = await connect(db);
      const { rows } = await client.query('select pg_backend_pid() as pid');
      await client.query('begin');
      expect(await call(operator.on(client))).toMatchObject({ matched: 100, more: true });
      if (isCommitted) await client.query('commit');
      await db.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
    }
    expect(await portions(() => call(operator))).toEqual([100, 100, 100, 100]);
    const handled = await runDry(queue);
    expectAllInOrder(handled, action === 'redrive' ? 500 : 0);
    const cancelled = action === 'discard' ? 500 : 0;
    const outcomes = (await queue.attempts()).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'cancelled')).toHaveLength(cancelled);
    expect(outcomes).toHaveLength(500);
  },
);

describe('a letter whose message is live already', () => {
  const bury = async () => {
    const queue = await declareQueue(db);
    const id = await queue.enqueue();
    await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
    return { queue, id };
  };
  const deliver = `insert into millrace.delivery (message_id, queue_id, available_at)
    select $1, q.id, statement_timestamp() from millrace.queue q where q.name = $2`;

  test('is gone with a redrive, which leaves the delivery and goes on with the others', async () => {
    const { queue, id } = await bury();
    await queue.enqueue();
    await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
    await db.query(deliver, [id, queue.name]);
    const held = await queue.claimOne();
    expect(await operator.redrive({ queue: queue.name })).toMatchObject({ redriven: 2 });
    expect(await queue.rows()).toMatchObject([{ id, token: held.token }, { attempt: 0 }]);
    expect(await queue.deadLetters()).toEqual([]);
  });

  test.each(['commit', 'rollback'])(
    'in a transaction that is still open is waited for, and is live once after a %s',
    async (how) => {
      const { queue, id } = await bury();
      const [one, other] = (await connections(db, 2)) as [Client, Client];
      await one.query('begin');
      await one.query(deliver, [id, queue.name]);
      const redriven = operator.on(other).redrive({ queue: queue.name });
      await untilBlocked(db);
      await one.query(how);
      expect(await redriven).toMatchObject({ redriven: 1, more: false });
      expect(await queue.rows()).toHaveLength(1);
    },
  );
});

describe('what a call is for', () => {
  test('is counted once, however often its id is given, and no more than asked for', async () => {
    const queue = await declareQueue(db);
    await buryGroups(db, queue, { count: 3, groups: 1 });
    const ids = (await queue.deadLetters()).map(({ id }) => id);
    const filter = { ids: [...ids, ...ids.map((id) => id.toUpperCase())] };
    const dryRun = { dryRun: true, maxCount: 2 };
    expect(await operator.redrive(filter, dryRun)).toMatchObject({
      matched: 2,
      redriven: 0,
      more: true,
    });
    expect((await operator.deadLetters(filter)).items).toHaveLength(3);
    const nothing = await operator.discard(filter, { maxCount: 0 });
    expect(nothing).toMatchObject({ matched: 0, discarded: 0, more: false });
    const all = await operator.discard(filter, { maxCount: 3 });
    expect(all).toMatchObject({ matched: 3, discarded: 3, more: false });
  });

  test('may be in several queues, each with its own oldest first', async () => {
    const first = await declareQueue(db);
    const second = await declareQueue(db, { type: first.type });
    await buryGroups(db, second, { count: 3, groups: 1 });
    await buryGroups(db, first, { count: 3, groups: 1 });
    const filter = { type: first.type };
    const redrive = (maxCount: number) => operator.redrive(filter, { maxCount });
    expect(await redrive(4)).toMatchObject({ matched: 4, redriven: 4, more: true });
    expectAllInOrder(await runDry(first), 3);
    expectAllInOrder(await runDry(second), 1);
    expect(await redrive(4)).toMatchObject({ matched: 2, redriven: 2, more: false });
  });

  test.each([
    [{ ids: 'one' }, '"ids" must be a list of uuids, got string'],
    [{ ids: ['one'] }, '"ids" must be a list of uuids, and "one" is none'],
    [{ ids: [null] }, '"ids" must be a list of uuids, and "null" is none'],
  ])('must be named rightly: %o', async (filter, message) => {
    await expect(operator.redrive(filter)).rejects.toMatchObject({ code: 'MR002', message });
    await expect(operator.deadLetters(filter)).rejects.toMatchObject({ code: 'MR002', message });
  });
});

test('a purge of which half a second is over ends after its step, and says that there is more', async () => {
  const queue = await declareQueue(db);
  await fillGroups(db, queue, { count: 1_600, groups: 1_600 });
  const purge = () => operator.purge(queue.name, queue.name, { maxCount: 1_600 });
  await slowDown('delivery');
  expect(await purge()).toEqual({ cancelled: 500, more: true });
  await db.query('drop function public.slow cascade');
  expect(await purge()).toEqual({ cancelled: 1_100, more: false });
  expect(await queue.rows()).toEqual([]);
});

test('a purge passes by what somebody has hold of, and does not ask for more of it', async () => {
  const queue = await declareQueue(db);
  await fillGroups(db, queue, { count: 6, groups: 6 });
  const holder = await connect(db);
  await holder.query('begin');
  await holder.query(
    `select from millrace.delivery d
     where d.sequence in (
       select d.sequence from millrace.delivery d join millrace.queue q on q.id = d.queue_id
       where q.name = $1 order by d.sequence limit 4
     )
     for update`,
    [queue.name],
  );
  const purge = () => operator.purge(queue.name, queue.name, { maxCount: 2 });
  expect(await purge()).toEqual({ cancelled: 2, more: true });
  expect(await purge()).toEqual({ cancelled: 0, more: false });
  await holder.query('rollback');
  expect(await purge()).toEqual({ cancelled: 2, more: true });
  expect(await purge()).toEqual({ cancelled: 2, more: false });
});
