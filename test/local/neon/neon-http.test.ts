import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '#queue/database.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { neon } from '#test/support/neon-driver.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase({ empty: true });
});

const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  );

describe('one statement', () => {
  test('gives every type as Neon does', async () => {
    const [row] = await db.database.query(
      `select 1 as int4, 2::int8 as int8, 1.50::numeric as numeric, true as bool, null as nothing,
        'Zürich 🚀' as text, '{"a": [1, null]}'::jsonb as json, '{1,2}'::int[] as ints,
        '{a,"b c"}'::text[] as texts, '\\x00ff'::bytea as bytes, '2026-03-12T19:03:58Z'::timestamptz as time`,
    );
    expect(row).toEqual({
      int4: 1,
      int8: '2',
      numeric: '1.50',
      bool: true,
      nothing: null,
      text: 'Zürich 🚀',
      json: { a: [1, null] },
      ints: [1, 2],
      texts: ['a', 'b c'],
      bytes: Buffer.from([0, 255]),
      time: new Date('2026-03-12T19:03:58Z'),
    });
  });

  test('takes every type as a parameter', async () => {
    const [row] = await db.database.query(
      'select $1::int as int, $2::text as text, $3::jsonb as json, $4::text[] as texts, $5::bool as bool, $6::text as nothing',
      [1, `it's "so"`, { a: 1 }, ['a,b', 'c"d', null], false, null],
    );
    expect(row).toEqual({
      int: 1,
      text: `it's "so"`,
      json: { a: 1 },
      texts: ['a,b', 'c"d', null],
      bool: false,
      nothing: null,
    });
  });

  test('says which command ran and how many rows it met', async () => {
    const sql = neon(db.url, { fullResults: true });
    const result = await sql.query('select i as number from generate_series(1, 3) as i');
    expect(result).toMatchObject({ command: 'SELECT', rowCount: 3 });
    expect(result.fields).toMatchObject([{ name: 'number', dataTypeID: 23 }]);
  });

  test('answers two hundred at once', async () => {
    const asked = Array.from({ length: 200 }, (_, i) => i);
    const rows = await Promise.all(asked.map((i) => db.database.query('select $1::int as i', [i])));
    expect(rows.flat()).toEqual(asked.map((i) => ({ i })));
  });
});

describe('an error', () => {
  test('carries what Postgres said', async () => {
    await db.query('create table unique_once (id int constraint only_once primary key)');
    await db.query('insert into unique_once values (1)');
    expect(await failure(db.database.query('insert into unique_once values (1)'))).toMatchObject({
      code: '23505',
      severity: 'ERROR',
      table: 'unique_once',
      constraint: 'only_once',
      detail: 'Key (id)=(1) already exists.',
    });
  });

  test('carries a SQLSTATE and a hint of our own', async () => {
    const raising = `do $$ begin raise 'no' using errcode = 'MR001', hint = 'try yes'; end $$`;
    expect(await failure(db.database.query(raising))).toMatchObject({
      code: 'MR001',
      message: 'no',
      hint: 'try yes',
    });
  });

  test('refuses two statements in one text', async () => {
    expect(await failure(db.database.query('select 1; select 2'))).toMatchObject({ code: '42601' });
  });

  test('has no SQLSTATE when the password is wrong', async () => {
    const wrong = openDatabase(db.url.replace(/:[^:@]+@/, ':guess@'));
    const error = await failure(wrong.query('select 1'));
    expect(error).toMatchObject({
      code: undefined,
      message: expect.stringContaining('password authentication failed'),
    });
  });

  test('says that a database does not exist', async () => {
    const missing = openDatabase(db.url.replace(/test_\w+/, 'nowhere'));
    expect(await failure(missing.query('select 1'))).toMatchObject({ code: '3D000' });
  });

  test('refuses a body above 64 MB', async () => {
    const tooLong = failure(db.database.query('select $1', ['x'.repeat(64 * 1024 * 1024)]));
    expect(await tooLong).toMatchObject({ message: expect.stringContaining('413') });
  });
});

describe('a batch', () => {
  test('is one transaction', async () => {
    await db.query('create table in_batch (id int primary key)');
    const sql = neon(db.url);
    const insert = () => sql.query('insert into in_batch values (1)');
    expect(await failure(sql.transaction([insert(), insert()]))).toMatchObject({ code: '23505' });
    expect(await db.query('select from in_batch')).toEqual([]);
    const [first, second] = await sql.transaction([
      insert(),
      sql.query('select count(*)::int as count from in_batch'),
    ]);
    expect([first, second]).toEqual([[], [{ count: 1 }]]);
  });

  test('runs with the isolation that was asked for', async () => {
    const sql = neon(db.url);
    const look = [sql.query(`select current_setting('transaction_isolation') as level`)];
    const rows = await sql.transaction(look, { isolationLevel: 'RepeatableRead' });
    expect(rows).toEqual([[{ level: 'repeatable read' }]]);
  });

  test('writes nothing when it is read-only', async () => {
    const sql = neon(db.url);
    const write = sql.transaction([sql.query('create table never (id int)')], { readOnly: true });
    expect(await failure(write)).toMatchObject({ code: '25006' });
  });
});

describe('the session', () => {
  test('leaves no setting, temporary table or open transaction behind', async () => {
    await db.database.query(`set application_name to 'left behind'`);
    await db.database.query('create temporary table left_behind (id int)');
    await db.database.query('begin');
    const [row] = await db.database.query(
      `select current_setting('application_name') as name, to_regclass('left_behind') as left_behind`,
    );
    expect(row).toEqual({ name: expect.not.stringContaining('left'), left_behind: null });
    const open = `select from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()`;
    await expect.poll(() => db.query(open)).toEqual([]);
  });

  test('gives advisory locks back', async () => {
    await db.database.query('select pg_advisory_lock(42)');
    await waitUntil(async () => {
      const [row] = await db.query<{ free: boolean }>('select pg_try_advisory_lock(42) as free');
      return row?.free ?? false;
    });
  });
});

// The statements sleep for longer than any test may take: only the end of their connection can end them.
describe('a connection that ends', () => {
  const running = `select pid from pg_stat_activity where state = 'active' and query like 'select pg_sleep(%' and datname = current_database()`;

  test('cancels the query when the client goes away', async () => {
    const asked = failure(openDatabase(db.url, 300).query('select pg_sleep(60)'));
    await waitUntil(async () => (await db.query(running)).length === 1);
    expect(await asked).toMatchObject({ sourceError: { name: 'TimeoutError' } });
    await waitUntil(async () => (await db.query(running)).length === 0);
  });

  test('reports a killed backend and goes on with another', async () => {
    const asked = failure(db.database.query('select pg_sleep(60)'));
    await waitUntil(async () => (await db.query(running)).length === 1);
    await db.query(`select pg_terminate_backend(pid) from (${running}) as sleeping`);
    expect(await asked).toMatchObject({ code: '57P01' });
    expect(await db.database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
