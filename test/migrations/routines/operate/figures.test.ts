// Figures for metrics, beside queues whose content is known.
import type { Client } from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersOf, nodesOf, plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, end } from '#test/support/sql/sql-queue.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const db = await createDatabase();

interface Found {
  readonly queues: readonly Record<string, unknown>[];
  readonly deadTuples: number;
  readonly oldestSnapshotSeconds: number;
}

const lookAgain = () => db.query(`update millrace.setting set figured_at = '-infinity'`);
beforeEach(lookAgain);

async function figures(queues: readonly string[], since = '-infinity'): Promise<Found | null> {
  const [row] = await db.query<{ figures: Found | null }>(
    'select millrace.figures($1, $2) as figures',
    [queues, since],
  );
  return row?.figures ?? null;
}

async function setup() {
  const queue = await declareQueue(db);
  await queue.enqueueMany(Array(7).fill({}));
  const { deliveries } = await queue.claim({ count: 4 });
  const [first, second] = deliveries;
  if (!first || !second) throw new Error('nothing was claimed');
  await queue.settle(end('dead', first, { error: { name: 'Error', message: 'broken' } }));
  await queue.enqueueMany(Array(3).fill({ delaySeconds: 600 }));
  await queue.enqueueMany(Array(5).fill({ groupKey: 'g', priority: 7 }));
  return { queue, second };
}

test('says how many deliveries have each status, and how many are dead', async () => {
  const { queue } = await setup();
  expect(await figures([queue.name])).toMatchObject({
    queues: [{ queue: queue.name, pending: 4, processing: 3, scheduled: 3, blocked: 4, dead: 1 }],
  });
});

test('a lease that ran out is pending again, and waits since it was due', async () => {
  const { queue, second } = await setup();
  await db.query(
    `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 second',
       available_at = available_at - interval '20 minutes'
     where message_id = $1`,
    [second.id],
  );
  const found = await figures([queue.name]);
  expect(found?.queues).toMatchObject([{ pending: 5, processing: 2 }]);
  const seconds = Number(found?.queues[0]?.['oldestWaitingSeconds']);
  expect(seconds).toBeGreaterThanOrEqual(1_200);
  expect(seconds).toBeLessThan(1_260);
});

test('nothing waits in an empty queue', async () => {
  const { name } = await declareQueue(db);
  const nothing = { pending: 0, processing: 0, scheduled: 0, blocked: 0, dead: 0 };
  expect(await figures([name, 'unknown'])).toMatchObject({
    queues: [{ queue: name, ...nothing, oldestWaitingSeconds: 0 }],
  });
});

test('what stands before "since" is passed by, but in a paused queue, of which no survey speaks', async () => {
  const { queue } = await setup();
  const [{ now } = { now: '' }] = await db.query<{ now: string }>(
    'select clock_timestamp()::text as now',
  );
  expect((await figures([queue.name], now))?.queues).toMatchObject([{ pending: 0, processing: 0 }]);
  await lookAgain();
  await db.query('select millrace.pause($1)', [queue.name]);
  expect((await figures([queue.name], now))?.queues).toMatchObject([{ pending: 4, processing: 3 }]);
});

describe('within a minute', () => {
  test('one answer is given to all', async () => {
    const { name } = await declareQueue(db);
    expect(await figures([name])).not.toBeNull();
    expect(await figures([name])).toBeNull();
    await db.query(`update millrace.setting set figured_at = figured_at - interval '56 seconds'`);
    expect(await figures([name])).not.toBeNull();
  });

  test('of two at the same moment the second passes by and does not wait', async () => {
    const { name } = await declareQueue(db);
    const [first, second] = [await connect(db), await connect(db)];
    await first.query('begin');
    await first.query('select millrace.figures($1)', [[name]]);
    // The first ends after it, so to wait would be to wait for ever.
    await second.query(`set lock_timeout = '2s'`);
    const answer = await second.query('select millrace.figures($1) as figures', [[name]]).then(
      ({ rows }) => rows[0].figures,
      ({ code }) => code,
    );
    expect(answer).toBeNull();
    await first.query('rollback');
    expect(await figures([name])).not.toBeNull();
  });
});

test('a snapshot that is held shows its age, and the rows that it keeps', async () => {
  const queue = await declareQueue(db);
  const reader = await connect(db);
  await reader.query(
    'begin isolation level repeatable read; select from millrace.delivery limit 1',
  );
  // In groups, so that each has a row of its own.
  await queue.enqueueMany(Array.from({ length: 300 }, (_, n) => ({ groupKey: `group ${n}` })));
  const { deliveries } = await queue.claim({ count: 300 });
  await queue.settle(...deliveries.map((each) => end('done', each)));
  // A session reports its counts when it is idle for a while; the server then has them.
  await waitUntil(async () => {
    await lookAgain();
    await db.query('select pg_stat_clear_snapshot()');
    const found = await figures([queue.name]);
    return (found?.deadTuples ?? 0) >= 300 && (found?.oldestSnapshotSeconds ?? 0) >= 1;
  });
  await reader.query('rollback');
  await lookAgain();
  expect((await figures([queue.name]))?.oldestSnapshotSeconds).toBeLessThan(1);
}, 30_000);

/** Makes the call on a connection of its own. */
async function costOf(client: Client, queue: string) {
  await lookAgain();
  const plans = await plansOf(client, () => client.query('select millrace.figures($1)', [[queue]]));
  return { buffers: buffersOf(plans), nodes: nodesOf(plans) };
}

test('costs no more at 300,000 deliveries than at 10,000 of each status, and reads no table as a whole', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  const fill = (from: number, to: number) =>
    db.query(
      `insert into millrace.delivery (message_id, queue_id, available_at, group_key, kib)
       select ('0190000' || n % 3 || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, q.id,
         case n % 3 when 0 then statement_timestamp() when 1 then statement_timestamp() + interval '1 day'
           else 'infinity' end,
         case n % 3 when 2 then 'g' end, 1
       from generate_series($1::integer, $2) as n, millrace.queue q where q.name = $3`,
      [from, to, queue.name],
    );
  await fill(1, 33_000);
  for (let n = 0; n < 6; n += 1) await costOf(client, queue.name);
  const before = await costOf(client, queue.name);
  await fill(33_001, 300_000);
  const after = await costOf(client, queue.name);
  expect(after.buffers).toBeLessThanOrEqual(before.buffers * 1.5 + 100);
  const scanned = after.nodes.filter((node) => node['Node Type'] === 'Seq Scan');
  expect(scanned.map((node) => node['Relation Name'])).not.toContain('delivery');
  expect(scanned.map((node) => node['Relation Name'])).not.toContain('dead_letter');
}, 60_000);
