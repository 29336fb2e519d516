import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersOf, nodesOf, plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const endless = 1e12;

interface Asked {
  readonly cursor?: object;
  readonly eachMs?: number | null;
  readonly concurrency?: number;
  readonly consumers?: number;
  readonly timeMs?: number;
}

const fromTheStart = [1, 5, 9].map((priority) => ({
  priority,
  availableAt: '-infinity',
  sequence: 0,
}));

function parameters({ name }: SqlQueue, asked: Asked) {
  const { cursor = fromTheStart, eachMs = 1, concurrency = 1 } = asked;
  const { consumers = 1, timeMs = endless } = asked;
  return [JSON.stringify([{ queue: name, cursor, eachMs, concurrency }]), consumers, timeMs];
}

async function backlog(queue: SqlQueue, asked: Asked = {}) {
  const [row] = await db.query('select millrace.backlog($1, $2, $3)', parameters(queue, asked));
  return row?.['backlog'].queues[0];
}

const waiting = async (queue: SqlQueue, asked?: Asked) => (await backlog(queue, asked))?.waiting;

test('counts what could be claimed now, and nothing else', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([...Array(5).fill({}), { priority: 9 }, { delaySeconds: 60 }]);
  await queue.enqueueMany(Array(4).fill({ groupKey: 'g' }));
  expect(await waiting(queue)).toBe(7);
  const { deliveries } = await queue.claim({ count: 3 });
  expect(await waiting(queue)).toBe(4);
  await queue.settle(...deliveries.map((each) => done(each)));
  expect(await waiting(queue)).toBe(4);
  // What lost its lease is a suspect, and claimed in another way.
  await queue.claim({ count: 1 });
  await queue.expireLeases();
  expect(await waiting(queue)).toBe(3);
});

test('counts from the cursor on', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(10).fill({}));
  const { cursor } = await queue.claim({ count: 4 });
  await queue.enqueueMany(Array(2).fill({}));
  expect(await waiting(queue, { cursor: cursor ?? [] })).toBe(8);
});

test('counts no further than matters', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(50).fill({}));
  await queue.enqueueMany(Array(50).fill({ priority: 9 }));
  expect(await waiting(queue, { eachMs: 10, timeMs: 700 })).toBe(70);
  expect(await waiting(queue, { eachMs: 10, timeMs: 695 })).toBe(70);
  expect(await waiting(queue, { eachMs: 10, consumers: 3, timeMs: 200 })).toBe(60);
});

test('counts as many as consumers can hold at once, however slow their handlers are', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(50).fill({}));
  const slow = { eachMs: 60_000, timeMs: 10_000, consumers: 4 };
  expect(await waiting(queue, slow)).toBe(4);
  expect(await waiting(queue, { ...slow, concurrency: 10 })).toBe(40);
});

test('leaves out paused and unknown queues', async () => {
  const queue = await declareQueue(db);
  await queue.enqueue();
  await queue.pause();
  expect(await backlog(queue)).toBeUndefined();
});

test('knows the pace of the latest drains, and counts nothing without one', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(3).fill({}));
  const asked = { eachMs: null, concurrency: 4 };
  expect(await backlog(queue, asked)).toMatchObject({ eachMs: null, waiting: 0 });
  const counts = { queue: queue.name, done: 0, retried: 0, snoozed: 0, dead: 0, stale: 0 };
  const record = (more: object) =>
    db.query('select millrace.record_drain($1)', [JSON.stringify([{ ...counts, ...more }])]);
  // As code of before records.
  await record({ claimed: 1000, released: 0 });
  expect(await backlog(queue, asked)).toMatchObject({ eachMs: null, waiting: 0 });
  await record({ claimed: 12, released: 2, runMs: 400 });
  expect(await backlog(queue, asked)).toMatchObject({ eachMs: 10.25, waiting: 3 });
  for (let n = 0; n < 20; n += 1) await record({ claimed: 10, released: 0, runMs: 80 });
  expect(await backlog(queue, asked)).toMatchObject({ eachMs: 2.25, waiting: 3 });
  // Its own measure goes before.
  expect(await backlog(queue, { eachMs: 7 })).toMatchObject({ eachMs: 7 });
});

/** Deliveries whose messages do not matter here. */
const fill = ({ name }: SqlQueue, count: number, more = 'null, null, 0') =>
  db.query(
    `insert into millrace.delivery (message_id, queue_id, available_at, kib, lease_token, lease_expires_at, attempt)
     select gen_random_uuid(), q.id, statement_timestamp() - interval '1 minute', 1, ${more}
     from generate_series(1, $2::integer), millrace.queue q where q.name = $1`,
    [name, count],
  );

test('walks the index of claims and no further than its limit, at ten rows and at 200,000, leased or not', async () => {
  const queue = await declareQueue(db);
  await fill(queue, 10);
  const client = await connect(db);
  const watch = async (asked: Asked) => {
    const call = () =>
      client.query('select millrace.backlog($1, $2, $3)', parameters(queue, asked));
    const plans = await plansOf(client, call);
    const nodes = nodesOf(plans).filter((node) => node['Relation Name'] === 'delivery');
    for (const node of nodes) {
      expect(node['Node Type']).toMatch(/^Index/);
      expect(node['Index Name']).toBe('delivery_in_claim_order');
    }
    return buffersOf(plans);
  };
  // The plans that a session keeps are made after a few calls.
  for (let n = 0; n < 6; n += 1) await watch({});
  const asked = { eachMs: 1, timeMs: 5_000 };
  await fill(queue, 100_000, `gen_random_uuid(), statement_timestamp() + interval '1 hour', 1`);
  await fill(queue, 100_000);
  for (const analyze of ['select', 'analyze millrace.delivery']) {
    await db.query(analyze);
    expect(await watch(asked)).toBeLessThan(1_000);
    expect(await waiting(queue, asked)).toBeLessThanOrEqual(10);
  }
  expect(await waiting(queue)).toBe(100_010);
}, 120_000);
