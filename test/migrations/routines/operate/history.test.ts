// What drains record, and what becomes of it: rows of minutes, quarters and hours, and percentiles from them.
import { expect, test } from 'vitest';
import type { Period } from '#client/queue-answers.ts';
import { countIn } from '#queue/drain/half-octaves.ts';
import { drainHistory } from '#queue/operate/history.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const none = { claimed: 0, done: 0, retried: 0, snoozed: 0, dead: 0, released: 0, stale: 0 };
const nothing = { p50: null, p95: null };

const record = (...queues: object[]) =>
  db.query('select millrace.record_drain($1)', [
    JSON.stringify(queues.map((queue) => ({ ...none, ...queue }))),
  ]);

/** As if all that was recorded of the queue had been so long ago. */
const age = ({ name }: SqlQueue, by: string) =>
  db.query(
    `update millrace.queue_history h set slot_at = h.slot_at - $2::interval
     from millrace.queue q where q.id = h.queue_id and q.name = $1`,
    [name, by],
  );

async function of(queue: SqlQueue, period: Period = 'hour') {
  const { queues, ...more } = await drainHistory(db.database, { period, queue: queue.name });
  return { ...more, ...queues[0] };
}

test('adds up what drains did in each queue', async () => {
  const [first, second] = [await declareQueue(db), await declareQueue(db)];
  await record({ queue: first.name, done: 3, retried: 1, waits: [1, 0, 2], runs: [4] });
  await record(
    { queue: first.name, done: 2, dead: 1, waits: [null, 1], runs: [0, 0, 0, 1] },
    { queue: second.name, snoozed: 5 },
    { queue: 'nowhere', done: 7 },
  );
  expect(await of(first)).toMatchObject({
    total: { done: 5, retried: 1, snoozed: 0, dead: 1 },
  });
  expect(await of(second)).toMatchObject({
    total: { done: 0, retried: 0, snoozed: 5, dead: 0, waitMs: nothing, runMs: nothing },
  });
  const rows = await db.query(
    `select h.slot_seconds, h.waits, h.runs
     from millrace.queue_history h join millrace.queue q on q.id = h.queue_id
     where q.name = $1 order by 1`,
    [first.name],
  );
  const classes = { waits: [1, 1, 2], runs: [4, 0, 0, 1] };
  const slots = [60, 900, 3600].map((slot_seconds) => ({ slot_seconds, ...classes }));
  // Unless a minute has ended in between.
  if (rows.length === 3) expect(rows).toEqual(slots);
});

test.each([
  ['hour', 60, 60],
  ['day', 900, 96],
  ['week', 3_600, 168],
] as const)('shows the last %s by slots of %d s', async (period, seconds, slots) => {
  const queue = await declareQueue(db);
  const recordOnce = () => record({ queue: queue.name, done: 1, waits: [1], runs: [1] });
  await recordOnce();
  const ofSlots = (n: number) => `${n * seconds} seconds`;
  await age(queue, ofSlots(slots));
  const before = await of(queue, period);
  expect(before.slots).toBeUndefined();
  await recordOnce();
  await age(queue, ofSlots(2));
  await recordOnce();
  const { slotSeconds, from, to, total, slots: shown } = await of(queue, period);
  expect([slotSeconds, Date.parse(to) - Date.parse(from)]).toEqual([
    seconds,
    slots * seconds * 1000,
  ]);
  expect(total?.done).toBe(2);
  expect(shown?.map(({ done }) => done)).toEqual([1, 1]);
  const [earlier, later] = shown?.map(({ at }) => Date.parse(at)) ?? [];
  expect([2, 3]).toContain(((later ?? 0) - (earlier ?? 0)) / 1000 / seconds);
  expect((later ?? 0) % (seconds * 1000)).toBe(0);
});

test('finds percentiles inside of the class in which they are', async () => {
  const queue = await declareQueue(db);
  const waits = Array(21).fill(0);
  // Nine of ten took 4 to 5.66 ms, one in ten 512 to 724 ms.
  waits[4] = 900;
  waits[18] = 100;
  await record({ queue: queue.name, done: 1000, waits, runs: [10] });
  const { total } = await of(queue);
  expect(total?.waitMs.p50).toBeCloseTo(4 + (4 * Math.SQRT2 - 4) * (500 / 900), 1);
  expect(total?.waitMs.p95).toBeCloseTo(512 + (512 * Math.SQRT2 - 512) / 2, 0);
  expect(total?.runMs).toEqual({ p50: 0.7, p95: 1.3 });
});

test('is within a fifth of the true percentiles', async () => {
  const queue = await declareQueue(db);
  const times = Array.from({ length: 5_000 }, (_, n) => Math.round(20 * 1.001 ** n));
  const waits: number[] = [];
  for (const ms of times) countIn(waits, ms);
  await record({ queue: queue.name, waits });
  const { p50, p95 } = (await of(queue)).total?.waitMs ?? nothing;
  for (const [found, share] of [
    [p50, 0.5],
    [p95, 0.95],
  ] as const) {
    const exact = times[times.length * share] ?? 0;
    expect(Math.abs((found ?? 0) - exact) / exact).toBeLessThan(0.2);
  }
});

test('takes what older code records, and puts into the last class what is longer', async () => {
  const queue = await declareQueue(db);
  await record({ queue: queue.name, done: 1 });
  await record({ queue: queue.name, done: 1, waits: Array(80).fill(1), runs: null });
  expect(await of(queue)).toMatchObject({ total: { done: 2, runMs: nothing } });
  const [row] = await db.query<{ waits: number[] }>(
    `select h.waits from millrace.queue_history h join millrace.queue q on q.id = h.queue_id
     where q.name = $1 and h.slot_seconds = 3600 order by h.slot_at desc limit 1`,
    [queue.name],
  );
  expect(row?.waits).toEqual([...Array(63).fill(1), 17]);
});

test('loses nothing and waits for nobody in a circle, however many drains end at once', async () => {
  const queues = [await declareQueue(db), await declareQueue(db), await declareQueue(db)];
  const clients = await connections(db, 12);
  const rounds = 20;
  await Promise.all(
    clients.map(async (client, seat) => {
      for (let round = 0; round < rounds; round += 1) {
        // Each names the queues in an order of its own.
        const named = (seat + round) % 2 ? queues : queues.toReversed();
        const counts = named.map(({ name }) => ({
          ...none,
          queue: name,
          done: 2,
          waits: [0, 1],
          runs: [3],
        }));
        await client.query('select millrace.record_drain($1)', [JSON.stringify(counts)]);
      }
    }),
  );
  const calls = clients.length * rounds;
  for (const queue of queues) {
    const sums = await db.query(
      `select h.slot_seconds, sum(h.done)::int as done, sum(h.waits[2])::int as waits, sum(h.runs[1])::int as runs
       from millrace.queue_history h join millrace.queue q on q.id = h.queue_id
       where q.name = $1 group by 1 order by 1`,
      [queue.name],
    );
    const expected = { done: 2 * calls, waits: calls, runs: 3 * calls };
    expect(sums).toEqual([60, 900, 3600].map((slot_seconds) => ({ slot_seconds, ...expected })));
  }
});

test('forgets what no period shows any more, and nothing else', async () => {
  const queue = await declareQueue(db);
  const slots = async () =>
    (
      await db.query(
        `select h.slot_seconds from millrace.queue_history h join millrace.queue q on q.id = h.queue_id
         where q.name = $1 order by 1`,
        [queue.name],
      )
    ).map((row) => row['slot_seconds']);
  await record({ queue: queue.name, done: 1 });
  const left = [
    ['1 hour', [60, 900, 3600]],
    ['2 hours', [900, 3600]],
    ['20 hours', [900, 3600]],
    ['4 hours', [3600]],
    ['6 days', [3600]],
    ['2 days', []],
  ] as const;
  for (const [by, expected] of left) {
    await age(queue, by);
    await db.query('select millrace.maintain()');
    expect(await slots(), by).toEqual(expected);
  }
});

test('refuses a period that it does not know, and is empty for an unknown queue', async () => {
  expect(await refusalOf(db.query(`select millrace.history('year')`))).toMatchObject({
    code: 'MR002',
  });
  const { queues } = await drainHistory(db.database, { period: 'hour', queue: 'nowhere' });
  expect(queues).toEqual([]);
});
