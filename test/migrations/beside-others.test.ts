// A migration beside producers, operators and other migrations that hold something, or end in the middle.
import { expect, test } from 'vitest';
import { inTransaction } from '#migrations/transaction.ts';
import { openSession } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';
import { numbered } from '#test/support/numbered.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';

const registry = defineRegistry({
  queues: [defineQueue({ name: 'lane', subscriptions: [on(numbered, () => {})] })],
});
const enqueue = `select millrace.enqueue('test.numbered', '{"n": 1}')`;

async function setup() {
  const db = await createDatabase();
  const checkout = await copyCheckout();
  await checkout.migrate(db.url, { registry });
  const [holder, bystander] = await connections(db, 2);
  if (!holder || !bystander) throw new Error('no connections');
  await bystander.query(`set statement_timeout = '30s'`);
  return { db, checkout, holder, bystander };
}

/** The backend of a migration that is at a statement like this one. */
async function backendOf(db: TestDatabase, statement: string): Promise<number> {
  let pid: number | undefined;
  const look = async () => {
    const [row] = await db.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
         and query like $1`,
      [statement],
    );
    pid = row?.pid;
    return pid;
  };
  await expect.poll(look).toBeDefined();
  return pid ?? 0;
}

test('a producer that keeps its transaction open holds up the migration, and nobody else', async () => {
  const { db, checkout, holder, bystander } = await setup();
  await holder.query('begin');
  await holder.query(enqueue);
  await checkout.write('tables/9001_next.sql', 'alter table millrace.queue add column next int');
  const migrating = checkout.migrate(db.url, { registry });
  await untilBlocked(db);
  await bystander.query(enqueue);
  await holder.query('commit');
  expect(await migrating).toEqual({ applied: ['migrations/tables/9001_next.sql'] });
});

test('an operator whose transaction stays open does not keep declarations half copied', async () => {
  const { db, checkout, holder, bystander } = await setup();
  await holder.query('begin');
  await holder.query(`select millrace.pause('lane')`);
  const migrating = checkout.migrate(db.url, { registry });
  await untilBlocked(db);
  await bystander.query('update millrace.setting set maintained_at = statement_timestamp()');
  await holder.query('commit');
  expect(await migrating).toEqual({ applied: [] });
  expect(await db.query('select is_declared, is_paused from millrace.queue')).toEqual([
    { is_declared: true, is_paused: true },
  ]);
});

test('a lock that is never given back ends it with the reason, and nothing remains', async () => {
  const { db, holder } = await setup();
  await holder.query('begin');
  await holder.query(enqueue);
  const session = await openSession(db.url);
  const work = async () => {
    await session.script('create table millrace.half (id int)');
    await session.script('alter table millrace.queue add column next int');
  };
  await expect(inTransaction(session, work, 0)).rejects.toMatchObject({ code: '55P03' });
  await session.close();
  expect(await db.query(`select to_regclass('millrace.half') as half`)).toEqual([{ half: null }]);
});

test('another migration goes on where one was cut off in the middle of a file', async () => {
  const { db, checkout } = await setup();
  await checkout.write('tables/9001_first.sql', 'create table millrace.first (id int)');
  const file = 'tables/9002_long.sql';
  await checkout.write(file, 'create table millrace.long (id int); select pg_sleep(600)');
  const cut = checkout.migrate(db.url, { registry }).catch((error: unknown) => error);
  const pid = await backendOf(db, '%create table millrace.long%');
  const next = await copyCheckout();
  await next.write('tables/9001_first.sql', 'create table millrace.first (id int)');
  await next.write(file, 'create table millrace.long (id int)');
  const migrating = next.migrate(db.url, { registry });
  await backendOf(db, '%pg_advisory_lock%millrace.migrate%');
  await db.query('select pg_terminate_backend($1)', [pid]);
  expect(await cut).toMatchObject({ file: 'migrations/tables/9002_long.sql' });
  expect(await migrating).toEqual({ applied: ['migrations/tables/9002_long.sql'] });
});

test('the server ends the session of a migration that has been frozen', async () => {
  const { db, checkout } = await setup();
  await checkout.write(
    'tables/9001_seen.sql',
    `create table millrace.seen as
     select name, setting from pg_settings where name like 'idle%session_timeout'`,
  );
  await checkout.migrate(db.url, { registry });
  expect(await db.query('select name, setting from millrace.seen order by 1')).toEqual([
    { name: 'idle_in_transaction_session_timeout', setting: '60000' },
    { name: 'idle_session_timeout', setting: '60000' },
  ]);
});
