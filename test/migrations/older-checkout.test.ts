// A rollback migrates as every deployment does, with a checkout that is older than the database.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const placed = defineMessageType({ name: 'order.placed', payload: z.object({}) });
const lane = (name: string, policy = {}) =>
  defineQueue({ name, policy, subscriptions: [on(placed, () => {})] });
const olderRegistry = defineRegistry({ queues: [lane('mail', { maxAttempts: 2 })] });
const newerRegistry = defineRegistry({
  queues: [lane('mail', { maxAttempts: 9 }), lane('payments')],
});

const probe = (text: string) => `
  create or replace function millrace.probe() returns text language sql as $$ select '${text}' $$;`;

/** Two checkouts, the newer one with a table file more, another text of a routine and a routine more. */
async function setup() {
  const db = await createDatabase();
  const older = await copyCheckout();
  await older.write('routines/probe.sql', probe('older'));
  await older.write('routines/removed.sql', probe('').replaceAll('probe', 'removed'));
  await older.migrate(db.url, { registry: olderRegistry });
  const newer = await copyCheckout();
  await newer.write('routines/probe.sql', probe('newer'));
  await newer.write('routines/added.sql', probe('').replaceAll('probe', 'added'));
  await newer.write('tables/9001_next.sql', 'create table millrace.next (id int)');
  return { db, older, newer };
}

/** Every routine and every row, with the transaction that wrote it: whoever writes anything changes this. */
async function everything(db: TestDatabase) {
  const tables = await db.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = 'millrace'::regnamespace and c.relkind = 'r' order by 1`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => db.query(`select '${name}' as name, t.xmin, t from ${name} t`)),
  );
  const routines = await db.query(
    `select p.oid, p.xmin from pg_proc p where p.pronamespace = 'millrace'::regnamespace order by 1`,
  );
  return { routines, rows };
}

test('changes nothing in a database that a newer release has migrated, and says so', async () => {
  const { db, older, newer } = await setup();
  await newer.migrate(db.url, { registry: newerRegistry });
  await db.query(`update millrace.setting set maintained_at = '-infinity'`);
  const before = await everything(db);
  const log = recordingLog();
  const answer = { applied: [], newerTables: ['migrations/tables/9001_next.sql'] };
  expect(await older.migrate(db.url, { registry: olderRegistry, log })).toEqual(answer);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'not migrated: the database is newer than this code',
      attributes: { newerTables: answer.newerTables },
    },
  ]);
  expect(await everything(db)).toEqual(before);
});

test('changes nothing however often and beside whatever it runs', async () => {
  const { db, older, newer } = await setup();
  await newer.migrate(db.url, { registry: newerRegistry });
  const migrations = [older, newer, older, newer, older].map((checkout) =>
    checkout.migrate(db.url, { registry: checkout === newer ? newerRegistry : olderRegistry }),
  );
  const reports = await Promise.all(migrations);
  expect(reports.map(({ applied }) => applied)).toEqual([[], [], [], [], []]);
  expect(await db.query('select millrace.probe() as text')).toEqual([{ text: 'newer' }]);
  expect(
    await db.query('select name, max_attempts, is_declared from millrace.queue order by 1'),
  ).toEqual([
    { name: 'mail', max_attempts: 9, is_declared: true },
    { name: 'payments', max_attempts: 10, is_declared: true },
  ]);
});

test('is known by any table file that it lacks, not by the last one alone', async () => {
  const { db, older } = await setup();
  await older.remove('tables/0012_schedule.sql');
  expect(await older.migrate(db.url)).toEqual({
    applied: [],
    newerTables: ['migrations/tables/0012_schedule.sql'],
  });
});

test('is refused all the same when one of its table files was applied with other contents', async () => {
  const { db, older, newer } = await setup();
  await newer.migrate(db.url);
  await older.edit('tables/0002_message.sql', 'headers jsonb', 'headers jsonb not null');
  await expect(older.migrate(db.url)).rejects.toMatchObject({
    file: 'migrations/tables/0002_message.sql',
  });
});

test('is no older for tables of the application that it does not have', async () => {
  const { db, older } = await setup();
  await older.write('../handlers/tables/0001_own.sql', 'create table own (id int)');
  expect(await older.migrate(db.url)).toEqual({ applied: ['handlers/tables/0001_own.sql'] });
  await older.remove('../handlers/tables/0001_own.sql');
  expect(await older.migrate(db.url, { registry: olderRegistry })).toEqual({ applied: [] });
  expect(await db.query('select name from millrace.queue where is_declared')).toEqual([
    { name: 'mail' },
  ]);
});

test('has no order to one with the same tables: whichever is deployed last has its way', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  for (const [checkout, registry, text, queues] of [
    [newer, newerRegistry, 'newer', 2],
    [older, olderRegistry, 'older', 1],
    [newer, newerRegistry, 'newer', 2],
  ] as const) {
    const { applied } = await checkout.migrate(db.url, { registry });
    expect(applied).toContain('migrations/routines/probe.sql');
    expect(await db.query('select millrace.probe() as text')).toEqual([{ text }]);
    expect(await db.query('select from millrace.queue where is_declared')).toHaveLength(queues);
  }
});
