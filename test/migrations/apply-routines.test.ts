import { describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';

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

const functionFile = (name: string, signature: string, body = 'select 1') => `
  create or replace function millrace.${name}${signature}
  language sql as $$ ${body} $$;
  grant execute on function millrace.${name} to millrace_operator;`;

const viewFile = (name: string, query: string) => `
  create or replace view millrace.${name} as ${query};
  grant select on millrace.${name} to millrace_operator;`;

test('applies a changed routine again, with its identity kept, and no other', async () => {
  const { db, checkout } = await setup();
  const before = await routines(db, 'uuid_v7');
  await checkout.edit('routines/enqueue/internal/uuid_v7.sql', 'version 7 uuid', 'version 7 UUID');
  expect(await checkout.migrate(db.url)).toEqual({
    applied: ['migrations/routines/enqueue/internal/uuid_v7.sql'],
  });
  expect(await routines(db, 'uuid_v7')).toEqual(before);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test('replaces functions whose shape has changed, and leaves no overload', async () => {
  const { db, checkout } = await setup();
  const shapes = {
    another_return_type: ['() returns int', '() returns bigint'],
    other_columns: ['() returns table (a int)', '() returns table (b int)'],
    other_parameters: ['(a int) returns int', '(a int, b text) returns int'],
    another_parameter_type: ['(a int) returns int', '(a bigint) returns int'],
    another_parameter_name: ['(a int) returns int', '(b int) returns int'],
    fewer_parameters: ['(a int, b text) returns int', '() returns int'],
    a_default_less: ['(a int default 1) returns int', '(a int) returns int'],
    a_default_more: ['(a int) returns int', '(a int default 1) returns int'],
  };
  const files = Object.keys(shapes).map((name) => `migrations/routines/${name}.sql`);
  for (const step of [0, 1]) {
    for (const [name, signatures] of Object.entries(shapes))
      await checkout.write(`routines/${name}.sql`, functionFile(name, signatures[step] ?? ''));
    const { applied } = await checkout.migrate(db.url);
    expect([...applied].sort()).toEqual(files.sort());
  }
  for (const name of Object.keys(shapes))
    expect(await routines(db, name), name).toMatchObject([
      { grants: '{postgres=X/postgres,millrace_operator=X/postgres}' },
    ]);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test('replaces views whose columns have changed', async () => {
  const { db, checkout } = await setup();
  const shapes = {
    more_columns: ['select 1 as a', 'select 1 as a, 2 as b'],
    fewer_columns: ['select 1 as a, 2 as b', 'select 1 as a'],
    other_columns: ['select 1 as a', `select '1' as b`],
  };
  for (const step of [0, 1]) {
    for (const [name, queries] of Object.entries(shapes))
      await checkout.write(`routines/${name}.sql`, viewFile(name, queries[step] ?? ''));
    await checkout.migrate(db.url);
  }
  for (const [name, [, query]] of Object.entries(shapes)) {
    expect(await db.query(`select * from millrace.${name}`)).toEqual(await db.query(query ?? ''));
    expect((await routines(db, name))[0]?.grants).toContain('millrace_operator=r');
  }
});

test('turns a view into a function', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', 'create or replace view millrace.probe as select 1');
  await checkout.migrate(db.url);
  await checkout.write('routines/probe.sql', functionFile('probe', '() returns int'));
  await checkout.migrate(db.url);
  expect(await routines(db, 'probe')).toMatchObject([{ text: 'millrace.probe()' }]);
});

test('takes a grant back that its file no longer gives', async () => {
  const { db, checkout } = await setup();
  await checkout.edit(
    'routines/retain/maintain.sql',
    'grant execute on function millrace.maintain to millrace_consumer;',
    '',
  );
  await checkout.migrate(db.url);
  const [row] = await db.query(
    `select has_function_privilege('millrace_consumer', 'millrace.maintain()', 'execute') as may`,
  );
  expect(row).toEqual({ may: false });
});

describe('a routine that has no file any more', () => {
  async function retired() {
    const { db, checkout } = await setup();
    await checkout.write('routines/probe.sql', functionFile('probe', '(a int) returns int'));
    await checkout.write('routines/other.sql', functionFile('other', '() returns int'));
    await checkout.migrate(db.url);
    await checkout.remove('routines/probe.sql');
    await checkout.retire('probe');
    await checkout.write('routines/instead.sql', functionFile('instead', '() returns int'));
    return { db, checkout };
  }

  test('stays for the code that runs during the deployment and after a rollback', async () => {
    const { db, checkout } = await retired();
    const before = await routines(db, 'probe');
    expect(await checkout.migrate(db.url)).toEqual({
      applied: ['migrations/routines/instead.sql'],
    });
    expect(await routines(db, 'probe')).toEqual(before);
    // However often the same release is deployed, with other handlers or with a file in another place.
    await checkout.move('routines/other.sql', 'routines/deeper/other.sql');
    expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
    expect(await routines(db, 'probe')).toEqual(before);
  });

  test('is dropped by the release after, once', async () => {
    const { db, checkout } = await retired();
    await checkout.migrate(db.url);
    await checkout.write('routines/next.sql', functionFile('next', '() returns int'));
    expect(await checkout.migrate(db.url)).toEqual({
      applied: ['migrations/routines/next.sql', 'millrace.probe'],
    });
    expect(await routines(db, 'probe')).toEqual([]);
    expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
  });

  test('may come back, before and after it is dropped', async () => {
    const { db, checkout } = await retired();
    for (const text of ['select 1', 'select 2']) {
      await checkout.migrate(db.url);
      await checkout.write('routines/next.sql', functionFile('next', '() returns int', text));
      await checkout.write('routines/probe.sql', functionFile('probe', '() returns int', text));
      expect((await checkout.migrate(db.url)).applied).toContain('migrations/routines/probe.sql');
      expect(await routines(db, 'probe')).toMatchObject([{ text: 'millrace.probe()' }]);
      await checkout.remove('routines/probe.sql');
      await checkout.migrate(db.url);
      await checkout.remove('routines/next.sql');
    }
  });
});

test('leaves a routine alone whose file has moved or got another name', async () => {
  const { db, checkout } = await setup();
  const before = [...(await routines(db, 'claim')), ...(await routines(db, 'delivery_status'))];
  await checkout.move('routines/claim/claim.sql', 'routines/claiming/claim.sql');
  await checkout.move('routines/operate/delivery_status.sql', 'routines/deeper/still/a_view.sql');
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
  expect([...(await routines(db, 'claim')), ...(await routines(db, 'delivery_status'))]).toEqual(
    before,
  );
});

test('keeps what a split file defined, and retires what none of its parts defines', async () => {
  const { db, checkout } = await setup();
  const one = functionFile('probe_one', '() returns int', 'select 1');
  const two = functionFile('probe_two', '() returns int', 'select 2');
  const three = functionFile('probe_three', '() returns int', 'select 3');
  await checkout.write('routines/probes.sql', one + two + three);
  await checkout.migrate(db.url);
  await checkout.remove('routines/probes.sql');
  await checkout.write('routines/probe_one.sql', one);
  await checkout.write('routines/two/probe_two.sql', two);
  await checkout.retire('probe_three');
  expect(await checkout.migrate(db.url)).toEqual({
    applied: ['migrations/routines/probe_one.sql', 'migrations/routines/two/probe_two.sql'],
  });
  expect(await db.query('select millrace.probe_one(), millrace.probe_two()')).toEqual([
    { probe_one: 1, probe_two: 2 },
  ]);
  await checkout.write('routines/next.sql', functionFile('next', '() returns int'));
  expect(await checkout.migrate(db.url)).toEqual({
    applied: ['migrations/routines/next.sql', 'millrace.probe_three'],
  });
});

describe('on a database whose ledger names files, as releases before this one left it', () => {
  async function olderSetup() {
    const { db, checkout } = await setup();
    await db.query(`create function millrace.gone() returns int language sql as 'select 1'`);
    const olderRelease = () =>
      db.query(
        `with routine as (delete from millrace.migration where name like 'millrace.%' returning *)
         insert into millrace.migration (name, checksum)
         select format('migrations/routines/%s.sql', split_part(name, '.', 2)), checksum from routine
         where name <> 'millrace.gone'
         union all
         select 'migrations/routines/gone.sql', 'older'`,
      );
    await olderRelease();
    return { db, checkout, olderRelease };
  }
  const everyRoutine = (db: TestDatabase) =>
    db.query(
      `select oid from pg_proc where pronamespace = 'millrace'::regnamespace and proname <> 'gone' order by oid`,
    );

  test('keeps every routine, wherever its file lies now', async () => {
    const { db, checkout } = await olderSetup();
    const before = await everyRoutine(db);
    await checkout.move('routines/claim/internal/claim_fresh.sql', 'routines/claim_fresh.sql');
    const { applied } = await checkout.migrate(db.url);
    expect(applied).toContain('migrations/routines/claim_fresh.sql');
    expect(await everyRoutine(db)).toEqual(before);
    expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
  });

  test('applies its own texts again after an older release was deployed in between', async () => {
    const { db, checkout, olderRelease } = await olderSetup();
    await checkout.migrate(db.url);
    await db.query(
      `create or replace function millrace.uuid_v7() returns uuid language sql as 'select null::uuid'`,
    );
    await olderRelease();
    await checkout.migrate(db.url);
    const [row] = await db.query<{ id: string }>('select millrace.uuid_v7() as id');
    expect(row?.id).toMatch(/^[\da-f-]{36}$/);
  });
});

test('refuses a routine that two files define, and a file that defines none', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/again.sql', functionFile('claim', '() returns int'));
  await expect(checkout.migrate(db.url)).rejects.toThrow(
    'migrations/routines/claim/claim.sql defines claim, and so does migrations/routines/again.sql',
  );
  await checkout.write('routines/again.sql', 'select 1');
  await expect(checkout.migrate(db.url)).rejects.toThrow(
    'migrations/routines/again.sql creates no function or view in the schema millrace',
  );
});

test('changes no routine at all when one of them fails, and names it', async () => {
  const { db, checkout } = await setup();
  await checkout.write('routines/probe.sql', functionFile('probe', '() returns int', 'select 1'));
  await checkout.migrate(db.url);
  await checkout.write(
    'routines/probe.sql',
    functionFile('probe', '() returns bigint', 'select 2'),
  );
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
    functionFile('probe', '() returns int', 'select millrace.zzz()'),
  );
  await checkout.write(
    'routines/zzz.sql',
    'create or replace function millrace.zzz() returns int language sql as $$ select 7 $$',
  );
  await checkout.migrate(db.url);
  expect(await db.query('select millrace.probe()')).toEqual([{ probe: 7 }]);
});
