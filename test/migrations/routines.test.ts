import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/database.ts';
import { copyCheckout } from './checkout.ts';

async function setup() {
  return { db: await createDatabase(), checkout: await copyCheckout() };
}

/** Every function and view of the name, with its identity and who may use it. */
const routines = (db: TestDatabase, name: string) =>
  db.query<{ oid: number; text: string; grants: string | null }>(
    `select p.oid, p.oid::regprocedure::text as text, p.proacl::text as grants
     from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace and p.proname = $1
     union all
     select c.oid, c.oid::regclass::text, c.relacl::text
     from pg_class c
     where c.relnamespace = 'millrace'::regnamespace and c.relname = $1`,
    [name],
  );

const functionFile = (signature: string, body = 'select 1') => `
  create or replace function millrace.probe${signature}
  language sql as $$ ${body} $$;
  revoke execute on function millrace.probe from public;
  grant execute on function millrace.probe to millrace_operator;`;

test('applies a changed routine again, with its identity kept, and no other', async () => {
  const { db, checkout } = await setup();
  const before = await routines(db, 'uuid_v7');
  await checkout.edit('routines/uuid_v7.sql', '-- A version 7 uuid', '-- The version 7 uuid');
  expect(await checkout.migrate(db.url)).toEqual({ applied: ['migrations/routines/uuid_v7.sql'] });
  expect(await routines(db, 'uuid_v7')).toEqual(before);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test.each([
  ['another return type', '() returns int', '() returns bigint'],
  ['other columns', '() returns table (a int)', '() returns table (b int)'],
  ['other parameters', '(a int) returns int', '(a int, b text) returns int'],
  ['another parameter type', '(a int) returns int', '(a bigint) returns int'],
  ['another parameter name', '(a int) returns int', '(b int) returns int'],
  ['fewer parameters', '(a int, b text) returns int', '() returns int'],
  ['a default less', '(a int default 1) returns int', '(a int) returns int'],
  ['a default more', '(a int) returns int', '(a int default 1) returns int'],
])('replaces a function that has %s, and leaves no overload', async (_, from, to) => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', functionFile(from));
  await checkout.migrate(db.url);
  expect(await routines(db, 'probe')).toHaveLength(1);
  await checkout.write('routines/probe.sql', functionFile(to));
  expect(await checkout.migrate(db.url)).toEqual({ applied: ['migrations/routines/probe.sql'] });
  const after = await routines(db, 'probe');
  expect(after).toHaveLength(1);
  expect(after[0]?.grants).toBe('{postgres=X/postgres,millrace_operator=X/postgres}');
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test.each([
  ['more columns', 'select 1 as a', 'select 1 as a, 2 as b'],
  ['fewer columns', 'select 1 as a, 2 as b', 'select 1 as a'],
  ['other columns', 'select 1 as a', `select '1' as b`],
])('replaces a view that has %s', async (_, from, to) => {
  const { db, checkout } = await setup();
  const file = (query: string) => `
    create or replace view millrace.probe as ${query};
    grant select on millrace.probe to millrace_operator;`;
  await checkout.write('routines/probe.sql', file(from));
  await checkout.migrate(db.url);
  await checkout.write('routines/probe.sql', file(to));
  await checkout.migrate(db.url);
  expect(await db.query('select * from millrace.probe')).toEqual(await db.query(to));
  expect((await routines(db, 'probe'))[0]?.grants).toContain('millrace_operator=r');
});

test('turns a view into a function', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', 'create or replace view millrace.probe as select 1');
  await checkout.migrate(db.url);
  await checkout.write('routines/probe.sql', functionFile('() returns int'));
  await checkout.migrate(db.url);
  expect(await routines(db, 'probe')).toMatchObject([{ text: 'millrace.probe()' }]);
});

test('takes a grant back that its file no longer gives', async () => {
  const { db, checkout } = await setup();
  await checkout.edit(
    'routines/maintain.sql',
    'grant execute on function millrace.maintain to millrace_consumer;',
    '',
  );
  await checkout.migrate(db.url);
  const [row] = await db.query(
    `select has_function_privilege('millrace_consumer', 'millrace.maintain()', 'execute') as may`,
  );
  expect(row).toEqual({ may: false });
});

test('drops a routine that has no file any more', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', functionFile('(a int) returns int'));
  await checkout.migrate(db.url);
  await checkout.remove('routines/probe.sql');
  expect(await checkout.migrate(db.url)).toEqual({ applied: ['migrations/routines/probe.sql'] });
  expect(await routines(db, 'probe')).toEqual([]);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test('changes no routine at all when one of them fails, and names it', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', functionFile('() returns int', 'select 1'));
  await checkout.migrate(db.url);
  await checkout.write('routines/probe.sql', functionFile('() returns bigint', 'select 2'));
  await checkout.write('routines/zzz.sql', 'create or replace function millrace.zzz() retorns int');
  await expect(checkout.migrate(db.url)).rejects.toMatchObject({
    file: 'migrations/routines/zzz.sql',
    message: expect.stringMatching(/failed and was rolled back: syntax error/),
  });
  expect(await db.query('select millrace.probe()')).toEqual([{ probe: 1 }]);
  await checkout.remove('routines/zzz.sql');
  expect(await checkout.migrate(db.url)).toEqual({ applied: ['migrations/routines/probe.sql'] });
  expect(await db.query('select millrace.probe()')).toEqual([{ probe: '2' }]);
});

test('applies routines that call each other in whatever order', async () => {
  const { db, checkout } = await setup();
  await checkout.write(
    'routines/probe.sql',
    functionFile('() returns int', 'select millrace.zzz()'),
  );
  await checkout.write(
    'routines/zzz.sql',
    'create or replace function millrace.zzz() returns int language sql as $$ select 7 $$',
  );
  await checkout.migrate(db.url);
  expect(await db.query('select millrace.probe()')).toEqual([{ probe: 7 }]);
});
