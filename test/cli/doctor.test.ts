// The doctor over SQL: each thing is really broken, and found; and a database that is whole has nothing wrong with it.
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { databaseChecks } from '#cli/doctor/database.ts';
import { examine } from '#cli/doctor/examine.ts';
import { expectedSchema } from '#cli/doctor/expected-schema.ts';
import type { Finding } from '#cli/doctor/finding.ts';
import { openConnection } from '#cli/reach/connection.ts';
import { migrateAgain } from '#test/support/cli/migrate-again.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';

async function examined({ directUrl }: TestDatabase): Promise<readonly Finding[]> {
  const connection = await openConnection(directUrl);
  try {
    return await examine(databaseChecks(connection, { url: directUrl, number: 0, databases: 1 }));
  } finally {
    await connection.close();
  }
}

/** What is not as it should be, but for what the server of the tests has: no fsync, a superuser, and other tests' slots. */
const ofTheServer = ['settings', 'login', 'replication slots'];

async function wrong(database: TestDatabase) {
  const findings = await examined(database);
  return findings
    .filter(({ level, check }) => level !== 'ok' && !ofTheServer.includes(check))
    .map(({ level, check, says }) => `${level} ${check}: ${says}`);
}

test('finds nothing in a database that was just migrated, and names the settings of this server', async () => {
  const database = await createDatabase();
  expect(await wrong(database)).toEqual([]);
  const settings = (await examined(database)).filter(({ check }) => check === 'settings');
  expect(settings.map(({ level, says }) => `${level} ${says}`)).toEqual([
    'bad fsync is off',
    'bad full_page_writes is off',
    'warn synchronous_commit is off',
  ]);
});

test('expects every column and index that the migrations make', async () => {
  const { query } = await createDatabase();
  const expected = await expectedSchema();
  const columns = await query<{ name: string }>(
    `select c.relname || '.' || a.attname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'millrace'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'migration'`,
  );
  expect(new Set(columns.map(({ name }) => name))).toEqual(expected.columns);
  const indexes = await query<{ name: string }>(
    `select i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid
     join pg_class c on c.oid = x.indrelid left join pg_constraint k on k.conindid = i.oid
     where c.relnamespace = 'millrace'::regnamespace and not c.relispartition and k.oid is null`,
  );
  expect(new Set(indexes.map(({ name }) => name))).toEqual(expected.indexes);
});

test.each([
  [
    'drop index millrace.delivery_in_claim_order',
    'bad tables: the index delivery_in_claim_order is missing',
  ],
  [
    'alter table millrace.delivery drop constraint blocked_waits_in_a_group',
    'bad tables: the constraint delivery.blocked_waits_in_a_group is missing',
  ],
  [
    'alter domain millrace.priority drop constraint priority_in_range',
    'bad tables: the constraint priority.priority_in_range is missing',
  ],
  [
    'alter table millrace.delivery drop column progress',
    'bad tables: the column delivery.progress is missing',
  ],
  [
    `update pg_index set indisvalid = false where indexrelid = 'millrace.drain_log_by_time'::regclass`,
    'bad tables: the index drain_log_by_time is invalid',
  ],
  [
    `create or replace function millrace.schema_version() returns text language sql stable
     set search_path = pg_catalog, pg_temp as $$ select '0012' $$`,
    /^bad schema version: 0012, and this release needs \d{4}/,
  ],
  ['drop function millrace.pause(text, text)', 'bad routines: pause is missing'],
  [
    'alter function millrace.pause(text, text) security invoker',
    "bad routines: pause has other settings than this release's",
  ],
  [
    `create function millrace.pause(integer) returns integer language sql as 'select 1';
     revoke all on function millrace.pause(integer) from public`,
    'bad routines: pause is there 2 times, with other parameters',
  ],
  [
    `update millrace.migration set checksum = 'older' where name in ('millrace.pause', 'millrace.resume')`,
    /^bad routines: 2 routines are another release's, such as (pause|resume)/,
  ],
  [
    'grant execute on function millrace.purge to public',
    /^bad rights: everybody may call the function millrace\.purge/,
  ],
  [
    'grant delete on millrace.delivery to millrace_producer',
    'bad rights: the table millrace.delivery for millrace_producer may be written',
  ],
  [
    `do $$ begin execute (select string_agg('drop table millrace.' || relname, '; ') from pg_class
       where relname like 'attempt_2%' and relkind = 'r' and relnamespace = 'millrace'::regnamespace); end $$`,
    /^bad coming weeks: attempt_\d{8} and attempt_\d{8} are missing/,
  ],
  [
    `insert into millrace.message (id, type, payload) values ('00000000-0000-7000-8000-000000000000', 'x', '{}')`,
    'warn misdated messages: message_default has rows',
  ],
  [
    `update millrace.setting set maintained_at = now() - interval '5 hours'`,
    /^warn housekeeping: done 5h( \d+s)? ago/,
  ],
  [
    `do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', current_database()); end $$`,
    /^bad isolation: transactions are at serializable by default/,
  ],
])('finds what %s breaks', async (statement, finding) => {
  const database = await createDatabase();
  await database.query(statement);
  expect(await wrong(database)).toContainEqual(
    typeof finding === 'string' ? finding : expect.stringMatching(finding),
  );
});

test('what it says about a changed routine mends it', async () => {
  const database = await createDatabase();
  const [row] = await database.query<{ text: string }>(
    `select replace(pg_get_functiondef('millrace.pause(text, text)'::regprocedure), 'AS $function$', 'AS $function$ ') as text`,
  );
  await database.query(row?.text ?? '');
  const findings = await examined(database);
  const found = findings.find(({ check }) => check === 'routines');
  expect(found?.says).toBe("pause has another text than this release's");
  const [statement = ''] = found?.todo?.split('; then') ?? [];
  await database.query(statement);
  await migrateAgain(database);
  expect(await wrong(database)).toEqual([]);
});

test('finds who holds an old snapshot, and a transaction that is prepared and forgotten', async () => {
  const database = await createDatabase();
  const holder = new Client(database.directUrl);
  holder.on('error', () => {});
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query('begin isolation level repeatable read');
  await holder.query('select from millrace.queue');
  // Five minutes are not waited for: the same look with another threshold.
  const connection = await openConnection(database.directUrl);
  onTestFinished(() => connection.close());
  const { oldSnapshots, prepared } = await import('#cli/doctor/storage.ts');
  const [snapshot] = await oldSnapshots(connection, 0);
  expect(snapshot).toMatchObject({
    level: 'warn',
    says: expect.stringMatching(
      /^a transaction of \w+ \(process \d+, idle in transaction\) is open for/,
    ),
  });
  await holder.query('commit');
  // Autovacuum may be at work at any moment, and ends.
  await expect
    .poll(() => oldSnapshots(connection, 0))
    .toEqual([expect.objectContaining({ level: 'ok' })]);

  await holder.query(`begin; create table kept (); prepare transaction 'o''clock'`);
  const [found] = await prepared(connection, 0);
  expect(found?.says).toMatch(/^o'clock is prepared for/);
  await holder.query((found?.todo ?? '').split(', or')[0] ?? '');
  expect(await prepared(connection, 0)).toEqual([expect.objectContaining({ level: 'ok' })]);
});

test('a login without rights is told what it may not see', async () => {
  const database = await createDatabase();
  await database.query(
    `create role doctor_guest login password 'secret' in role millrace_operator`,
  );
  const url = new URL(database.directUrl);
  url.username = 'doctor_guest';
  url.password = 'secret';
  const findings = await examined({ ...database, directUrl: url.href });
  await database.query('drop role doctor_guest');
  expect(findings).toContainEqual({
    check: 'login',
    level: 'ok',
    says: 'doctor_guest is operator',
  });
  expect(findings.filter(({ says }) => says.startsWith('not looked at'))).not.toEqual([]);
  expect(findings.find(({ check }) => check === 'misdated messages')).toMatchObject({
    level: 'warn',
    says: 'not looked at: permission denied for table message_default',
  });
});
