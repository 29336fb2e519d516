// API keys over several databases: one counts in all of them or in none.
import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { lazyConnection } from '#cli/reach/connection.ts';
import { makeKey } from '#cli/reach/make-key.ts';
import { freePort } from '#local/loopback/free-port.ts';
import { findApiKey } from '#queue/operate/api-keys.ts';
import { runCli } from '#test/support/cli/run-cli.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';

let all: readonly TestDatabase[];
let known: readonly string[];
let partly: readonly string[];
beforeAll(async () => {
  all = await Promise.all([createDatabase(), createDatabase(), createDatabase()]);
  known = all.map(({ directUrl }) => directUrl);
  partly = known.with(1, `postgresql://me:secret@127.0.0.1:${await freePort()}/away`);
});

const keys = (words: readonly string[], urls = known) =>
  runCli(['keys', ...words], { DATABASE_URL: urls.join(' ') });

async function made(name: string, statement: string, urls = known) {
  await using connections = new AsyncDisposableStack();
  const databases = urls.map((url) => {
    const database = lazyConnection(url);
    connections.defer(() => database.close());
    return { url, database };
  });
  return await makeKey(databases, { name, statement, parameters: [name] });
}
const create = (name: string, urls?: readonly string[]) =>
  made(name, `select millrace.create_api_key($1, '{read}') as key`, urls);
const rotate = (name: string, urls?: readonly string[]) =>
  made(name, 'select millrace.rotate_api_key($1) as key', urls);

/** Whose the key is in each of the databases. */
const ownersOf = (key: string) =>
  Promise.all(
    all.map(async ({ database }) => {
      const hash = createHash('sha256').update(key).digest('hex');
      return (await findApiKey(database, hash))?.name;
    }),
  );
const nobody = [undefined, undefined, undefined];

const auditOf = async ({ query }: TestDatabase, name: string) => {
  const lines = await query(
    `select action from millrace.audit where target ->> 'apiKey' = $1 order by at, id`,
    [name],
  );
  return lines.map(({ action }) => action);
};

test('a key that is made, rotated and revoked is so in every database, told once in each', async () => {
  const { stdout } = await keys(['create', 'shop', '--scope', 'read']);
  const before = stdout.trim();
  const { stdout: shown } = await keys(['rotate', 'shop']);
  for (const key of [before, shown.trim()])
    expect(await ownersOf(key)).toEqual(['shop', 'shop', 'shop']);
  expect((await keys(['revoke', 'shop', '--yes'])).code).toBe(0);
  for (const key of [before, shown.trim()]) expect(await ownersOf(key)).toEqual(nobody);
  const [first, ...others] = await Promise.all(all.map((database) => auditOf(database, 'shop')));
  expect(first).toEqual(['create-api-key', 'rotate-api-key', 'revoke-api-key']);
  for (const other of others)
    expect(other).toEqual(['copy-api-key', 'copy-api-key', 'revoke-api-key']);
  expect(await ownersOf(await create('shop'))).toEqual(['shop', 'shop', 'shop']);
});

test('while a database is away no key is made, and the same call helps later', async () => {
  await expect(create('later', partly)).rejects.toThrow(
    /^No key was made: database 1 did not take it\. The same command may be run again\./,
  );
  expect(await all[0]?.query(`select from millrace.api_key where name = 'later'`)).toEqual([]);
  const before = await create('later');
  expect(await ownersOf(before)).toEqual(['later', 'later', 'later']);
  await expect(rotate('later', partly)).rejects.toThrow(/database 1 did not take it/);
  expect(await ownersOf(before)).toEqual(['later', 'later', 'later']);
  for (const key of [before, await rotate('later')])
    expect(await ownersOf(key)).toEqual(['later', 'later', 'later']);
});

test('a key is revoked where it can be, and the answer names the database that is away', async () => {
  const key = await create('leaving');
  const { code, stderr } = await keys(['revoke', 'leaving', '--yes'], partly);
  expect([code, stderr]).toEqual([5, expect.stringContaining('database 1 did not answer')]);
  expect(stderr).not.toContain('secret');
  expect(await ownersOf(key)).toEqual([undefined, 'leaving', undefined]);
  // What has ended in database 0 has no successor.
  await expect(rotate('leaving')).rejects.toThrow(/no API key in use is named/);
  expect((await keys(['revoke', 'leaving', '--yes'])).code).toBe(0);
  expect(await ownersOf(key)).toEqual(nobody);
});

test('a rotation does not give back what somebody revokes at the same moment', async () => {
  const [first, second] = all as [TestDatabase, TestDatabase];
  const key = await create('at-once');
  expect(await ownersOf(key)).toEqual(['at-once', 'at-once', 'at-once']);
  await second.query(`select millrace.revoke_api_key('at-once')`);
  const rotated = await rotate('at-once');
  expect((await ownersOf(rotated)).slice(0, 2)).toEqual(['at-once', undefined]);
  await first.query(`select millrace.revoke_api_key('at-once')`);
});

test('a name in use gets no second key, and an unknown one none', async () => {
  await create('taken');
  await expect(create('taken')).rejects.toThrow(/is in use/);
  await expect(rotate('unheard')).rejects.toThrow(/no API key in use is named "unheard"/);
});
