// Who has most waiting in a fair queue.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

/** So many for each key; '' is none. */
const send = (queue: SqlQueue, counts: Readonly<Record<string, number>>, options: object = {}) =>
  queue.enqueueMany(
    Object.entries(counts).flatMap(([key, count]) =>
      Array.from({ length: count }, () => ({
        ...options,
        ...(key !== '' && { fairnessKey: key }),
      })),
    ),
  );

const waiting = ({ name }: SqlQueue, most = 10) =>
  db.query(
    'select fairness_key as key, waiting::int as waiting from millrace.waiting_keys($1, $2)',
    [name, most],
  );

test('tells of each key how much it has in the line, in all levels together', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, { noisy: 300, quiet: 2, usual: 20, '': 5 });
  await send(queue, { usual: 10 }, { priority: 1 });
  await send(queue, { later: 50 }, { delaySeconds: 1000 });
  // It gives a turn to each of those without a key, and comes to the first turn of the usual level.
  const { deliveries } = await queue.claim({ count: 11 });
  expect(await waiting(queue)).toEqual([
    { key: 'noisy', waiting: 299 },
    { key: 'usual', waiting: 19 },
    { key: null, waiting: 4 },
    { key: 'quiet', waiting: 1 },
  ]);
  await queue.settle(...deliveries.map((each) => done(each)));
  expect(await waiting(queue, 1)).toEqual([{ key: 'noisy', waiting: 299 }]);
});

test('whoever is left out has less than twice as much as those who are told', async () => {
  const queue = await declareQueue(db, { fair: true });
  const counts = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`key ${n}`, n + 1]));
  await send(queue, { ...counts, noisy: 1000 });
  const told = await waiting(queue, 5);
  expect(told).toHaveLength(5);
  expect(told[0]).toEqual({ key: 'noisy', waiting: 1000 });
  for (const { key, waiting: count } of told.slice(1)) {
    expect(count).toBe(counts[key]);
    expect(2 * count).toBeGreaterThan(60);
  }
});

test('tells of what a limit by key holds back, too', async () => {
  const queue = await declareQueue(db, { fair: true, maxInFlightPerKey: 2 });
  await send(queue, { noisy: 300, quiet: 2 });
  await send(queue, { noisy: 5 }, { priority: 1 });
  const { deliveries } = await queue.claim({ count: 100 });
  expect(deliveries).toHaveLength(4);
  const told = () => waiting(queue, 1);
  // All that wait are behind the two that are held.
  expect(await told()).toEqual([{ key: 'noisy', waiting: 303 }]);
  await queue.settle(...deliveries.map((each) => done(each)));
  const [{ waiting: rest } = { waiting: 0 }] = await told();
  expect(rest).toBeGreaterThanOrEqual(300);
  expect(rest).toBeLessThanOrEqual(303);
});

test('does not tell of a paused key once it is out of the line, nor of what was purged', async () => {
  const queue = await declareQueue(db, { fair: true });
  await send(queue, { noisy: 30, quiet: 3 });
  await db.query('select millrace.pause_key($1, $2)', [queue.name, 'noisy']);
  await queue.claim({ count: 1 });
  expect((await waiting(queue)).map(({ key }) => key)).toEqual(['quiet']);
  await operator.purge(queue.name);
  expect(await waiting(queue)).toEqual([]);
});

test('knows no keys of a queue that is not fair, or not there', async () => {
  const queue = await declareQueue(db);
  await send(queue, { a: 3 });
  expect(await waiting(queue)).toEqual([]);
  expect(await db.query(`select millrace.waiting_keys('nowhere')`)).toEqual([]);
});
