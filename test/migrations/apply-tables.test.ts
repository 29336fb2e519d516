import { expect, test } from 'vitest';
import { schemaNeeded } from '#queue/schema-needed.ts';
import { createDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';

async function setup({ empty = false } = {}) {
  return { db: await createDatabase({ empty }), checkout: await copyCheckout() };
}

test('brings an empty database up to date, and applies nothing the second time', async () => {
  const { db, checkout } = await setup({ empty: true });
  const { applied } = await checkout.migrate(db.url);
  expect(applied[0]).toBe('migrations/tables/0001_schema.sql');
  expect(applied).toContain('migrations/routines/claim/claim.sql');
  expect(await db.query('select millrace.status(gen_random_uuid())')).toEqual([{ status: null }]);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
  // Beside what was applied stand the names of routines of the past.
  const entries = await db.query(`select name from millrace.migration where checksum <> 'dropped'`);
  const expected = applied.map((file) =>
    file.replace(/^migrations\/routines\/.*?(\w+)\.sql$/, 'millrace.$1'),
  );
  expect(entries.map(({ name }) => name).sort()).toEqual(expected.sort());
});

test('is run by several at once on an empty database, once in effect', async () => {
  const { db, checkout } = await setup({ empty: true });
  const runs = await Promise.allSettled(Array.from({ length: 5 }, () => checkout.migrate(db.url)));
  expect(runs.filter(({ status }) => status === 'rejected')).toEqual([]);
  const applied = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value.applied] : []));
  expect(applied.filter(({ length }) => length > 0)).toHaveLength(1);
  expect(await db.query('select count(*)::int from millrace.setting')).toEqual([{ count: 1 }]);
});

test('is run on several empty databases of one server at once', async () => {
  const { checkout } = await setup();
  const databases = await Promise.all(
    Array.from({ length: 3 }, () => createDatabase({ empty: true })),
  );
  const runs = await Promise.all(databases.map(({ url }) => checkout.migrate(url)));
  for (const { applied } of runs) expect(applied.length).toBeGreaterThan(10);
});

test('rolls a failing file back, names it, keeps the earlier ones and goes on when it is mended', async () => {
  const { db, checkout } = await setup();
  await checkout.write('tables/9001_first.sql', 'create table millrace.first (id int)');
  await checkout.write(
    'tables/9002_broken.sql',
    'create table millrace.half (id int); insert into millrace.half values (1 / 0)',
  );
  await checkout.write('tables/9003_last.sql', 'create table millrace.last (id int)');
  await expect(checkout.migrate(db.url)).rejects.toMatchObject({
    name: 'MigrationFailed',
    file: 'migrations/tables/9002_broken.sql',
    message: 'migrations/tables/9002_broken.sql failed and was rolled back: division by zero',
  });
  const exists = async (table: string) =>
    (await db.query('select from pg_class where relname = $1', [table])).length > 0;
  expect(await exists('first')).toBe(true);
  expect(await exists('half')).toBe(false);
  expect(await exists('last')).toBe(false);

  await checkout.write('tables/9002_broken.sql', 'create table millrace.half (id int)');
  const { applied } = await checkout.migrate(db.url);
  expect(applied.filter((name) => name.includes('tables'))).toEqual([
    'migrations/tables/9002_broken.sql',
    'migrations/tables/9003_last.sql',
  ]);
  expect(await checkout.migrate(db.url)).toEqual({ applied: [] });
});

test('refuses a table file that has changed since it was applied, and applies nothing', async () => {
  const { db, checkout } = await setup();
  await checkout.migrate(db.url);
  await checkout.edit('tables/0002_message.sql', 'headers jsonb', 'headers jsonb not null');
  await checkout.write('tables/9001_next.sql', 'create table millrace.next (id int)');
  await checkout.edit('routines/operate/schema_version.sql', schemaNeeded, '9001');
  for (let n = 0; n < 2; n += 1)
    await expect(checkout.migrate(db.url)).rejects.toMatchObject({
      file: 'migrations/tables/0002_message.sql',
      message: expect.stringMatching(/was applied with other contents.*add a new one/),
    });
  const [row] = await db.query(`select to_regclass('millrace.next') as next`);
  expect(row).toEqual({ next: null });
});

test('the schema is of the new version when the routines are in place, too', async () => {
  const { db, checkout } = await setup();
  const version = async () =>
    (await db.query<{ version: string }>('select millrace.schema_version() as version'))[0]
      ?.version;
  await checkout.migrate(db.url);
  await checkout.write('tables/9001_next.sql', 'create table millrace.next (id int)');
  await checkout.edit('routines/operate/schema_version.sql', `'${schemaNeeded}'`, `'9001'`);
  await checkout.edit('routines/claim/survey.sql', 'returns json', 'returns nothing');
  await expect(checkout.migrate(db.url)).rejects.toThrow('survey.sql');
  expect(await db.query('select from millrace.next')).toEqual([]);
  expect(await version()).toBe(schemaNeeded);

  await checkout.edit('routines/claim/survey.sql', 'returns nothing', 'returns json');
  await checkout.migrate(db.url);
  expect(await version()).toBe('9001');
});
