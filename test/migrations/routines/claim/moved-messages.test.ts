// Claims beside a maintenance that moves messages out of the default partition: the claim waits for its locks, with a
// snapshot from before the move, and finds the messages in neither partition.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { settleAndClaim } from '#queue/routines/settle-and-claim.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let db: TestDatabase;
let queue: SqlQueue;
beforeEach(async () => {
  db = await createDatabase();
  queue = await declareQueue(db);
});

/** What is enqueued now lies in the default partition, as after more than four weeks without maintenance. */
const dropThisWeek = () =>
  db.query(`
    do $$
    begin
      execute (
        select format('drop table millrace.%I', min(c.relname))
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'millrace.message'::regclass and c.relname ~ '_2'
      );
    end
    $$`);

const fill = (count: number) =>
  queue.enqueueMany(Array.from({ length: count }, (_, n) => ({ payload: n })));

/** Makes a call that waits for a maintenance under way, and lets that commit. */
async function beside<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const other = await connect(db);
  await other.query('begin');
  await other.query('select millrace.maintain()');
  const calling = call();
  await untilBlocked(db);
  await other.query('commit');
  return calling;
}

const claimInRows = (client: Client, wanted: number) => {
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  const claim = { queue: queue.name, results: [], wanted, cursor: null, budgetMs: 5_000 };
  return settleAndClaim({ query }, { ...claim, inRows: true });
};

describe('a claim beside a maintenance that moves its messages', () => {
  test('gives them all the same', async () => {
    await dropThisWeek();
    await fill(20);
    const client = await connect(db);
    const { deliveries } = await beside(() => queue.on(client).claim({ count: 20 }));
    expect(deliveries.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  test('gives them again when it is repeated', async () => {
    await dropThisWeek();
    await fill(20);
    const token = randomUUID();
    await queue.claim({ count: 20, token });
    const client = await connect(db);
    const again = { count: 20, token, repeated: true };
    const { deliveries } = await beside(() => queue.on(client).claim(again));
    expect(deliveries.map(({ type }) => type)).toEqual(Array(20).fill(queue.type));
  });

  test('gives them in rows of their own', async () => {
    await dropThisWeek();
    await fill(20);
    const client = await connect(db);
    const { deliveries } = await beside(() => claimInRows(client, 20));
    expect(deliveries.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  test('gives a suspect its message', async () => {
    await dropThisWeek();
    await fill(1);
    await queue.claimOne();
    await queue.expireLeases();
    const client = await connect(db);
    const { deliveries } = await beside(() => queue.on(client).claimSuspect());
    expect(deliveries).toMatchObject([{ payload: 0, type: queue.type, attempt: 2 }]);
  });

  test.each([
    ['without limits', {}],
    ['with an in-flight limit', { maxInFlight: 20 }],
    ['with a rate', { rateStarts: 20, rateSeconds: 3_600, rateBurst: 20 }],
  ])('releases them above read committed, %s', async (_, policy) => {
    queue = await declareQueue(db, policy);
    await dropThisWeek();
    await fill(20);
    const client = await connect(db);
    await client.query('begin isolation level repeatable read');
    const claim = await beside(() => queue.on(client).claim({ count: 20 }));
    await client.query('commit');
    expect(claim.deliveries).toEqual([]);
    expect(await queue.rows()).toMatchObject(Array(20).fill({ status: 'pending', attempt: 0 }));
    const { deliveries } = await queue.claim({ count: 20, cursor: claim.cursor });
    expect(deliveries.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });
});

test('a claim says that a message is gone when it is', async () => {
  const ids = (await fill(3)).map(({ id }) => id);
  await db.query('delete from millrace.message where id = $1', [ids[1]]);
  const { deliveries } = await queue.claim({ count: 3 });
  expect(deliveries.map(({ id }) => id)).toEqual(ids);
  expect(deliveries.map(({ type }) => type)).toEqual([queue.type, null, queue.type]);
});

const weekMs = 7 * 86_400_000;
/** A Monday so many weeks ago, far enough for no partition to be there. */
const weekStart = (weeksAgo: number) => {
  const aMonday = Date.UTC(2024, 0, 1);
  return new Date(aMonday + (Math.floor((Date.now() - aMonday) / weekMs) - weeksAgo) * weekMs);
};

/** Enqueues messages whose ids are of that week, then makes its partition, into which they move. */
async function moveWeek(weeksAgo: number, count: number): Promise<void> {
  const [starts, ends] = [weekStart(weeksAgo), weekStart(weeksAgo - 1)];
  const time = (starts.getTime() + 1_000).toString(16).padStart(12, '0');
  const id = () => `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
  await queue.enqueueMany(Array.from({ length: count }, () => ({ id: id() })));
  const make = `select millrace.make_partition('message', $1, $2) as "isMade"`;
  // It gives up when claims keep it waiting.
  await waitUntil(
    async () => (await db.query<{ isMade: boolean }>(make, [starts, ends]))[0]?.isMade === true,
  );
}

test('consumers that claim while messages move miss none', async () => {
  const weeks = 12;
  const clients = await connections(db, 4);
  let isOver = false;
  const seen: (string | null)[] = [];
  const consume = async (client: Client, n: number) => {
    for (let isLast = false; !isLast; ) {
      isLast = isOver;
      // A session that has no plans yet takes its snapshot before it waits for the partitions' locks.
      await client.query('discard plans');
      const { deliveries } = await (n % 2
        ? claimInRows(client, 5)
        : queue.on(client).claim({ count: 5 }));
      seen.push(...deliveries.map(({ type }) => type));
      await queue.on(client).settle(...deliveries.map((each) => done(each)));
      isLast &&= deliveries.length === 0;
    }
  };
  const consuming = Promise.all(clients.map(consume));
  for (let week = 0; week < weeks; week += 1) await moveWeek(10 + week, 40);
  isOver = true;
  await consuming;
  expect(seen).toEqual(Array(weeks * 40).fill(queue.type));
});
