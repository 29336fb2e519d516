import { beforeAll, expect, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase({ empty: true });
});

test('keeps a transaction open between statements', async () => {
  await db.query('create table in_transaction (id int)');
  const session = await openSession(db.url);
  await session.query('begin');
  await session.query('insert into in_transaction values ($1)', [1]);
  expect(await db.query('select from in_transaction')).toHaveLength(0);
  await session.query('commit');
  expect(await db.query('select from in_transaction')).toHaveLength(1);
  await session.close();
});

test('runs a script of several statements', async () => {
  const session = await openSession(db.url);
  await session.script('create table scripted (id int); insert into scripted values (1), (2);');
  expect(await session.query('select count(*)::int as count from scripted')).toEqual([
    { count: 2 },
  ]);
  await session.close();
});

test('carries rows of several megabytes both ways', async () => {
  const session = await openSession(db.url);
  const text = 'x'.repeat(5_000_000);
  expect(await session.query('select $1::text as text', [text])).toEqual([{ text }]);
  await session.close();
});

test('gives the SQLSTATE of an error and goes on', async () => {
  const session = await openSession(db.url);
  await expect(session.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
  await session.close();
});

test('ends the backend with the session', async () => {
  const session = await openSession(db.url);
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  await session.close();
  const backend = () => db.query('select from pg_stat_activity where pid = $1', [row?.pid]);
  await expect.poll(backend).toHaveLength(0);
});

test('reports a killed backend at the next statement', async () => {
  const session = await openSession(db.url);
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  await db.query('select pg_terminate_backend($1, 5000)', [row?.pid]);
  await expect(session.query('select 1')).rejects.toThrow();
});
