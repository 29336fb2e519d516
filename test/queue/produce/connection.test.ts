// What a connection may be: other settings of the libraries, other drivers below them, and what is not one of theirs.
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle as drizzleOnNeon } from 'drizzle-orm/neon-http';
import { drizzle as drizzleOnPostgres } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { expect, onTestFinished, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import type { Connection } from '#queue/produce/connection.ts';
import { enqueue } from '#queue/produce/enqueue.ts';
import { neon } from '#test/support/neon-driver.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

async function setup() {
  const queues = await openQueues(
    defineQueue({ name: 'all', subscriptions: [on(numbered, () => {})] }),
  );
  const numbers = async () => {
    const rows = await queues.query('select payload from millrace.message order by id');
    return rows.map(({ payload }) => payload.n);
  };
  return { ...queues, numbers };
}

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error);

const numbers = {
  'a list of values': { arrayMode: true },
  'whole results': { fullResults: true },
};

test.each(Object.entries(numbers))("Neon's tag that answers %s", async (_, options) => {
  const queues = await setup();
  await enqueue(neon(queues.url, options) as Connection, numbered, { n: 1 });
  expect(await queues.numbers()).toEqual([1]);
});

// With options and without it is another statement.
test.each([
  ['without options', {}],
  ['with options', { priority: 3 }],
])('postgres.js as it comes, a message %s', async (_, options) => {
  const queues = await setup();
  const sql = postgres(queues.directUrl);
  onTestFinished(() => sql.end());
  await enqueue(sql, numbered, { n: 1 }, options);
  expect(await queues.numbers()).toEqual([1]);
});

test('postgres.js with columns and JSON of its own', async () => {
  const queues = await setup();
  const json = { to: 114, from: [114, 3802], serialize: String, parse: () => 'its own' };
  const sql = postgres(queues.directUrl, { transform: postgres.toPascal, types: { json } });
  onTestFinished(() => sql.end());
  expect(await enqueue(sql, numbered, { n: 1 })).toMatchObject({ status: 'pending' });
  expect(await queues.numbers()).toEqual([1]);
});

test('Drizzle on postgres.js and on Neon over HTTP', async () => {
  const queues = await setup();
  const sql = postgres(queues.directUrl);
  onTestFinished(() => sql.end());
  const onPostgres = drizzleOnPostgres(sql);
  const onNeon = drizzleOnNeon(neon(queues.url));
  await enqueue((...s) => onPostgres.execute(drizzleSql(...s)), numbered, { n: 1 });
  await enqueue((...s) => onNeon.execute(drizzleSql(...s)), numbered, { n: 2 });
  expect(await queues.numbers()).toEqual([1, 2]);
  const refused = enqueue(
    (...s) => onNeon.execute(drizzleSql(...s)),
    numbered,
    { n: 2 },
    { priority: 0 },
  );
  expect(await failureOf(refused)).toMatchObject({ code: 'bad_option' });
});

test('Prisma before version 7, whose errors have a code and no place', async () => {
  const error = Object.assign(new Error('Raw query failed'), {
    code: 'P2010',
    meta: { code: 'MR008', message: 'queue "all" is full' },
  });
  const prisma: Connection = () => Promise.reject(error);
  expect(await failureOf(enqueue(prisma, numbered, { n: 1 }))).toMatchObject({
    code: 'queue_full',
    index: 0,
    message: 'queue "all" is full',
  });
});

test('says what it was given when that does not answer rows', async () => {
  const silent: Connection = { query: async () => [] };
  await expect(enqueue(silent, numbered, { n: 1 })).rejects.toThrow('answers its rows');
});
