// Databases become one deployment, and it grows.
import { expect, test } from 'vitest';
import { migrateAll } from '#migrations/migrate-all.ts';
import { openSession } from '#queue/database.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const limited = defineQueue({
  name: 'limited',
  policy: { maxInFlight: 5, maxDepth: 101, rate: { starts: 10, perSeconds: 60, burst: 15 } },
  subscriptions: [],
});
const registry = defineRegistry({ queues: [limited] });

async function migrateTo(...databases: TestDatabase[]) {
  const log = recordingLog();
  const urls = databases.map(({ url }) => url);
  const report = await migrateAll(openSession, { urls, registry, log });
  return { report, log };
}

const placementOf = async ({ query }: TestDatabase) =>
  (await query('select number, databases, before from millrace.placement'))[0];

const limitsOf = ({ query }: TestDatabase) =>
  query('select name, max_in_flight, max_depth, is_declared from millrace.queue order by name');

test('tells each database its number, and each has its part of the limits', async () => {
  const first = await createDatabase();
  const second = await createDatabase();
  await migrateTo(first, second);
  expect(await placementOf(first)).toEqual({ number: 0, databases: 2, before: 1 });
  expect(await placementOf(second)).toEqual({ number: 1, databases: 2, before: 1 });
  for (const { query } of [first, second]) {
    const queues = await query(
      `select name, engine, max_in_flight, max_depth, rate_starts, rate_burst from millrace.queue
       where is_declared order by name`,
    );
    expect(queues).toEqual([
      {
        ...{ name: 'elsewhere', engine: 'database', max_in_flight: null, max_depth: null },
        ...{ rate_starts: null, rate_burst: null },
      },
      {
        ...{ name: 'limited', engine: 'postgres', max_in_flight: 2, max_depth: 50 },
        ...{ rate_starts: 5, rate_burst: 7 },
      },
    ]);
  }
});

test('copies the secret of status tokens', async () => {
  const [first, second] = [await createDatabase(), await createDatabase()];
  await migrateTo(first, second);
  const keys = await Promise.all(
    [first, second].map(({ query }) => query('select status_token_key from millrace.setting')),
  );
  expect(keys[1]).toEqual(keys[0]);
});

test('copies API keys to a database that lacks them, with how they have ended', async () => {
  const [first, second] = [await createDatabase(), await createDatabase()];
  const made = (name: string) =>
    first.query(`select millrace.create_api_key($1, '{read}')`, [name]);
  for (const name of ['stays', 'rotated', 'revoked']) await made(name);
  await first.query(`select millrace.revoke_api_key('revoked')`);
  const rowsOf = ({ query }: TestDatabase) =>
    query('select to_json(k) as key from millrace.api_key k order by name');
  const audited = () => second.query(`select from millrace.audit where action = 'copy-api-key'`);
  await migrateTo(first, second);
  expect(await rowsOf(second)).toEqual(await rowsOf(first));
  await first.query(`select millrace.rotate_api_key('rotated')`);
  await second.query(`select millrace.revoke_api_key('stays')`);
  await migrateTo(first, second);
  const [revoked, rotated, stays] = await rowsOf(first);
  expect(stays, 'the first one was away when it was revoked').toMatchObject({
    key: { revoked_at: expect.any(String) },
  });
  expect(rotated).toMatchObject({ key: { revoked_at: null } });
  expect(await rowsOf(second)).toMatchObject([revoked, rotated, {}]);
  expect((await rowsOf(second))[2]?.['key']).toEqual({
    ...Object(stays?.['key']),
    revoked_at: expect.any(String),
  });
  expect(await audited()).toHaveLength(4);
});

test('a growth that is refused has changed nothing, and there is another once one has ended', async () => {
  const [first, second] = [await createDatabase(), await createDatabase()];
  const third = await createDatabase({ empty: true });
  await migrateTo(first, second);
  const before = await limitsOf(first);
  await expect(migrateTo(first, second, third)).rejects.toThrow(
    /not settled.*database 0 has been grown/,
  );
  await expect(migrateTo(second, first)).rejects.toThrow(/their order must not change/);
  expect([await limitsOf(first), await limitsOf(second)]).toEqual([before, before]);
  expect(await third.query(`select from pg_namespace where nspname = 'millrace'`)).toEqual([]);
  for (const { query } of [first, second])
    await query(`update millrace.placement set since = since - interval '1 hour'`);
  await migrateTo(first, second, third);
  expect(await placementOf(first)).toEqual({ number: 0, databases: 3, before: 2 });
});

test('code that knows fewer databases changes neither placement nor limits, and says so', async () => {
  const databases = [await createDatabase(), await createDatabase()] as const;
  await migrateTo(...databases);
  const before = await limitsOf(databases[0]);
  const { log } = await migrateTo(databases[0]);
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', attributes: { before: 2, databases: 1 } }),
  );
  expect(await placementOf(databases[0])).toMatchObject({ number: 0, databases: 2 });
  expect(await limitsOf(databases[0])).toEqual(before);
});

test('refuses a limit that cannot be divided by so many', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => createDatabase()));
  await expect(migrateTo(...databases)).rejects.toThrow(
    'Queue "limited": maxInFlight is 5, which cannot be divided by 6 databases',
  );
});
