// `millrace databases` on databases that are one deployment: what each is, and the end of a growth.
import { expect, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { migrateAll } from '#migrations/migrate-all.ts';
import { openSession } from '#queue/database.ts';
import { runCli } from '#test/support/cli/run-cli.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { testRegistry } from '#test/support/functions/message-types.ts';
import { databasesOf, groupAt, passAnHour } from '#test/support/sql/spread.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

const grow = (all: readonly TestDatabase[]) =>
  migrateAll(openSession, {
    ...{ urls: all.map(({ url }) => url), registry: testRegistry, log },
    applicationTables: 'handlers/tables',
  });

async function databases(all: readonly string[]) {
  const environment = { DATABASE_URL: all.join(' ') };
  const { code, stdout } = await runCli(['databases', '--json'], environment);
  return { code, ...JSON.parse(stdout) };
}

test('tells of a growth what is left of it, and ends it once nothing is', async () => {
  const [first, second] = await databasesOf(2);
  if (!(first && second)) throw new Error('there are two');
  await grow([first]);
  const urls = [first.directUrl, second.directUrl];
  expect(await databases([first.directUrl])).toMatchObject({
    code: 0,
    items: [{ number: 0, placement: null, fault: null }],
  });

  await first.database.query(
    `select millrace.enqueue('order.placed', '{}', json_build_object('groupKey', 'g-' || n)::jsonb) from generate_series(1, 20) n`,
  );
  await grow([first, second]);
  const { code, isSettled, items } = await databases(urls);
  expect([code, isSettled]).toEqual([0, false]);
  expect(items[0]).toMatchObject({ placement: { number: 0, databases: 2, before: 1 } });
  expect(items[0].left.groups).toBeGreaterThan(0);
  expect(items[0].left.notBefore).not.toBeNull();

  await passAnHour([first, second]);
  expect((await databases(urls)).isSettled).toBe(false);
  await first.database.query('delete from millrace.delivery');
  expect(await databases(urls)).toMatchObject({
    ...{ code: 0, isSettled: true },
    items: [{ placement: { before: null } }, { placement: { number: 1, before: null } }],
  });

  const away = `postgresql://me:secret@127.0.0.1:${await freePort()}/away`;
  const [shown, withOneAway, swapped, fewer] = await Promise.all([
    runCli(['databases'], { DATABASE_URL: urls.join(' ') }),
    databases([first.directUrl, away]),
    databases(urls.toReversed()),
    databases([first.directUrl]),
  ]);
  const { stdout } = shown;
  expect(stdout).toContain('No growth is under way.');
  for (const url of urls) expect(stdout).not.toContain(new URL(url).password);

  expect(withOneAway).toMatchObject({
    ...{ code: 5, isSettled: false },
    items: [{ fault: null }, { isAway: true, placement: null }],
  });
  expect(swapped).toMatchObject({
    code: 1,
    items: [{ fault: expect.stringMatching(/^it is database 1: /) }, {}],
  });
  expect(fewer).toMatchObject({
    code: 1,
    items: [{ fault: expect.stringMatching(/^it is one of 2 databases: /) }],
  });
});

test('every other command reaches all of them over SQL, and says which are away', async () => {
  const all = await databasesOf(2);
  await grow(all);
  const DATABASE_URL = all.map(({ directUrl }) => directUrl).join(' ');
  const enqueue = ['enqueue', 'order.placed', '{}', '--json'];
  const reach = async (number: number) => {
    const group = ['--group', groupAt(0, number)];
    const { stdout } = await runCli([...enqueue, ...group], { DATABASE_URL });
    const { id } = JSON.parse(stdout);
    const kept = all.map(({ database }) =>
      database.query('select from millrace.message where id = $1', [id]),
    );
    const counts = (await Promise.all(kept)).map(({ length }) => length);
    expect(counts.indexOf(1)).toBe(number);
    expect((await runCli(['status', id], { DATABASE_URL })).code).toBe(0);
  };
  const [first] = all;
  const away = `${first?.directUrl} postgresql://me:secret@127.0.0.1:${await freePort()}/away`;
  const [{ code, stderr }] = await Promise.all([
    runCli(['queues', '--json'], { DATABASE_URL: away }),
    reach(0),
    reach(1),
  ]);
  expect([code, stderr]).toEqual([0, 'Without what is in the databases that are away: 1.\n']);
});

test('says what it lacks', async () => {
  const { code, stderr } = await runCli(['databases', '--data', '/nowhere'], {});
  expect([code, stderr]).toEqual([2, 'DATABASE_URL names the databases, and is not set\n']);
});
