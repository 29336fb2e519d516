// A rollback migrates as every deployment does, with a checkout that is older than the database.
import { describe, expect, test } from 'vitest';
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
  const answer = { applied: [], newer: ['migrations/tables/9001_next.sql', 'millrace.added'] };
  expect(await older.migrate(db.url, { registry: olderRegistry, log })).toEqual(answer);
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'not migrated: the database is newer than this code',
      attributes: { newer: answer.newer },
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
    newer: ['migrations/tables/0012_schedule.sql'],
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

test('is known by a routine that it lacks, when the tables are the same', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  await newer.migrate(db.url, { registry: newerRegistry });
  const before = await everything(db);
  expect(await older.migrate(db.url, { registry: olderRegistry })).toEqual({
    applied: [],
    newer: ['millrace.added'],
  });
  expect(await everything(db)).toEqual(before);
});

test('is not taken for older by a checkout that has retired a routine and brought nothing', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  await newer.remove('routines/added.sql');
  await newer.remove('routines/probe.sql');
  await newer.retire('probe');
  expect(await newer.migrate(db.url, { registry: newerRegistry })).toEqual({ applied: [] });
  expect(await db.query('select from millrace.queue where is_declared')).toHaveLength(2);
  expect(await older.migrate(db.url)).toEqual({ applied: ['migrations/routines/probe.sql'] });
});

test('is known by a routine that a later release has dropped', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  await newer.remove('routines/probe.sql');
  await newer.retire('probe');
  await newer.migrate(db.url);
  await newer.write('routines/more.sql', probe('').replaceAll('probe', 'more'));
  expect(await newer.migrate(db.url)).toEqual({
    applied: ['migrations/routines/more.sql', 'millrace.probe'],
  });
  expect(await older.migrate(db.url)).toEqual({
    applied: [],
    newer: ['millrace.added', 'millrace.more'],
  });
});

test('has no order to one with the same names: whichever is deployed last has its way', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  await newer.remove('routines/added.sql');
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

test('is a branch when each has routines that the other lacks: it is applied, and neither loses one', async () => {
  const { db, older, newer } = await setup();
  await newer.remove('tables/9001_next.sql');
  await older.write('routines/other.sql', probe('').replaceAll('probe', 'other'));
  await newer.migrate(db.url);
  for (const _twice of [1, 2]) expect(await older.migrate(db.url)).not.toHaveProperty('newer');
  expect(await db.query('select millrace.added(), millrace.other()')).toHaveLength(1);
  // Only once: what the other has brought is new from then on.
  expect(await newer.migrate(db.url)).toEqual({ applied: [], newer: ['millrace.other'] });
});

describe('in a rollback', () => {
  const isRollback = async () => true;

  test('leaves the texts of routines, and brings its declarations back', async () => {
    const { db, older, newer } = await setup();
    await newer.remove('tables/9001_next.sql');
    await newer.remove('routines/added.sql');
    await newer.migrate(db.url, { registry: newerRegistry });
    const log = recordingLog();
    const options = { registry: olderRegistry, isRollback, log };
    expect(await older.migrate(db.url, options)).toEqual({ applied: [] });
    expect(log.lines[0]?.message).toBe('a rollback: the routines stay those of the newer code');
    expect(await db.query('select millrace.probe() as text')).toEqual([{ text: 'newer' }]);
    expect(await db.query('select name from millrace.queue where is_declared')).toEqual([
      { name: 'mail' },
    ]);
  });

  test('has a routine back that the newer code did not use, and the next release keeps it', async () => {
    const { db, older, newer } = await setup();
    await newer.remove('routines/probe.sql');
    await newer.retire('probe');
    await newer.migrate(db.url);
    await older.migrate(db.url, { isRollback });
    await newer.write('routines/mended.sql', probe('').replaceAll('probe', 'mended'));
    await newer.migrate(db.url);
    expect(await db.query('select millrace.probe() as text')).toEqual([{ text: 'older' }]);
    await newer.write('routines/more.sql', probe('').replaceAll('probe', 'more'));
    expect(await newer.migrate(db.url)).toEqual({
      applied: ['migrations/routines/more.sql', 'millrace.probe'],
    });
  });

  test('is not asked about when there is nothing to decide', async () => {
    const { db, older } = await setup();
    const asked = () => expect.unreachable();
    expect(await older.migrate(db.url, { isRollback: asked })).toEqual({ applied: [] });
    await older.write('tables/9001_next.sql', 'create table millrace.next (id int)');
    await older.write('routines/probe.sql', probe('changed'));
    expect(await older.migrate(db.url, { isRollback: asked })).toEqual({
      applied: ['migrations/tables/9001_next.sql', 'migrations/routines/probe.sql'],
    });
  });
});
