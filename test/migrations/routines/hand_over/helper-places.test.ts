// Places of helpers: at most so many at once, whoever takes them and whatever becomes of those that were started.
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';

const db = await createDatabase();
beforeEach(() => db.query('delete from millrace.helper'));

type Sql = (text: string, parameters: unknown[]) => Promise<{ [column: string]: unknown }[]>;

const tokens = (count: number) => Array.from({ length: count }, () => randomUUID());

async function take(wanted: string[], most: number, sql: Sql = db.query): Promise<string[]> {
  const text = 'select to_json(millrace.take_helpers($1, $2)) as taken';
  const [row] = await sql(text, [wanted, most]);
  return row?.['taken'] as string[];
}

async function start(token = '', run = randomUUID(), seconds = 60): Promise<boolean> {
  const text = 'select millrace.start_helper($1, $2, $3) as may';
  const [row] = await db.query(text, [token, run, seconds]);
  return row?.['may'];
}

const end = (token = '', run = '') => db.query('select millrace.end_helper($1, $2)', [token, run]);
const pass = (seconds: number) =>
  db.query('update millrace.helper set ends_at = ends_at - make_interval(secs => $1)', [seconds]);

test('are taken in the order of their tokens, up to the most', async () => {
  const wanted = tokens(5);
  expect((await take(wanted, 3)).toSorted()).toEqual(wanted.slice(0, 3).toSorted());
  expect(await take(tokens(5), 3)).toEqual([]);
  expect(await take(tokens(5), 4)).toHaveLength(1);
  // Fewer are wanted now than are alive.
  expect(await take(tokens(5), 2)).toEqual([]);
});

test('are taken once by a call that is repeated', async () => {
  const wanted = tokens(4);
  const first = await take(wanted, 3);
  expect((await take(wanted, 3)).toSorted()).toEqual(first.toSorted());
  expect(await db.query('select from millrace.helper')).toHaveLength(3);
});

test('are taken by one of several at a time, and nobody waits', async () => {
  const [one, other] = await connections(db, 2);
  if (!one || !other) throw new Error('no connections');
  await one.query('begin');
  const sqlOf =
    (client: typeof one): Sql =>
    async (text, parameters) =>
      (await client.query(text, parameters)).rows;
  expect(await take(tokens(2), 3, sqlOf(one))).toHaveLength(2);
  const second = take(tokens(3), 3, sqlOf(other));
  expect(await waitsForLock(db, second)).toBe(false);
  expect(await second).toEqual([]);
  await one.query('commit');
  expect(await take(tokens(3), 3, sqlOf(other))).toHaveLength(1);
});

test('are never more than the most, with eight that take at once and go on', async () => {
  const clients = await connections(db, 8);
  await Promise.all(
    clients.map(async (client) => {
      for (let n = 0; n < 25; n += 1) {
        const sql: Sql = async (text, parameters) => (await client.query(text, parameters)).rows;
        const [token] = await take(tokens(3), 4, sql);
        const alive = await db.query('select from millrace.helper h where h.ends_at > now()');
        expect(alive.length).toBeLessThanOrEqual(4);
        if (!token || n % 3 === 0) continue;
        const run = randomUUID();
        expect(await start(token, run)).toBe(true);
        await end(token, run);
      }
    }),
  );
});

test('are free after a minute when nobody has started', async () => {
  const [token] = await take(tokens(1), 1);
  await pass(59);
  expect(await take(tokens(1), 1)).toEqual([]);
  await pass(1);
  expect(await take(tokens(1), 1)).toHaveLength(1);
  expect(await start(token), 'it has come too late').toBe(false);
});

test('last as long as the run that has started, and then are free', async () => {
  const [token] = await take(tokens(1), 1);
  expect(await start(token, randomUUID(), 300)).toBe(true);
  await pass(299);
  expect(await take(tokens(1), 1)).toEqual([]);
  await pass(1);
  expect(await take(tokens(1), 1)).toHaveLength(1);
});

test('hold one run, which may ask twice', async () => {
  const [token] = await take(tokens(1), 1);
  const run = randomUUID();
  expect(await start(token, run)).toBe(true);
  expect(await start(token, run), 'its answer was lost').toBe(true);
  expect(await start(token), 'the event has come twice').toBe(false);
  await end(token, randomUUID());
  expect(await take(tokens(1), 1), 'another run has nothing to give back').toEqual([]);
  await end(token, run);
  expect(await take(tokens(1), 1)).toHaveLength(1);
});

test('are none for a token that nobody took', async () => {
  expect(await start(randomUUID())).toBe(false);
});

test('are cleared away an hour later when a run ended without a word', async () => {
  const [token] = await take(tokens(2), 2);
  await start(token, randomUUID(), 300);
  await pass(100);
  await db.query('select millrace.maintain()');
  expect(await db.query('select token from millrace.helper')).toEqual([{ token }]);
});
