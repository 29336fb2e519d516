// `drain` with the bookstore of this repository, and `tail` beside it, as processes.
import { beforeAll, expect, test } from 'vitest';
import { registry } from '#handlers/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { registry as registryOnSqs } from '#test/support/cli/registry-on-sqs.ts';
import { runCli, startCli } from '#test/support/cli/run-cli.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let database: TestDatabase;
let bySql: { readonly DATABASE_URL: string };
beforeAll(async () => {
  database = await createDatabase();
  await syncRegistry(database.database, registry);
  bySql = { DATABASE_URL: database.directUrl };
});

const order = (email: string) =>
  JSON.stringify({
    orderId: 'A-1',
    email,
    items: [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }],
  });

test('handles what is due, prints the summary, and ends with 0', async () => {
  await runCli(['enqueue', 'order.placed', '-'], bySql, order('reader@example.com'));
  const { code, stdout, stderr } = await runCli(['drain', '--json'], bySql);
  expect(stderr).not.toMatch(/ {4}at /);
  // The order in three queues, and the payment that follows from it.
  expect(JSON.parse(stdout)).toMatchObject({ claimed: 4, done: 4, dead: 0 });
  expect(code).toBe(0);
});

test('ends with 1 when something dies', async () => {
  await runCli(['enqueue', 'order.placed', order('declined@example.com')], bySql);
  const { code, stdout } = await runCli(['drain'], bySql);
  expect(stdout).toMatch(/^claimed +3\ndone +2\nretried +0\nsnoozed +0\ndead +1\n/);
  expect(code).toBe(1);
});

test('passes by what SQS carries, and says so', async () => {
  const other = await createDatabase();
  await syncRegistry(other.database, registryOnSqs);
  await other.query(`select millrace.enqueue('note.taken', '{}')`);
  const { code, stdout, stderr } = await runCli(
    ['drain', '--registry', 'test/support/cli/registry-on-sqs.ts', '--json'],
    { DATABASE_URL: other.directUrl },
  );
  expect(JSON.parse(stdout)).toMatchObject({ claimed: 1, done: 1 });
  expect(stderr).toContain('passed by: SQS carries away');
  expect(code).toBe(0);
  expect(
    await other.query('select queue, status from millrace.delivery_status order by queue'),
  ).toEqual([
    { queue: 'away', status: 'pending' },
    { queue: 'here', status: 'done' },
  ]);
});

test('says what it lacks', async () => {
  expect(await runCli(['drain', '--data', '/nowhere'], {})).toMatchObject({
    code: 2,
    stderr: 'DATABASE_URL names the database to drain, and is not set\n',
  });
  expect(await runCli(['drain', '--registry', 'nowhere.ts'], bySql)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^registry is the path of the file that exports your registry/),
  });
});

test('tail tells of new messages and of what becomes of them, a line of JSON each, until Ctrl-C', async () => {
  const { process, ended } = startCli(['tail', '--every', '1', '--json'], bySql);
  let seen = '';
  process.stdout?.on('data', (text) => {
    seen += text;
  });
  const events = () =>
    seen
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  // What was there before the first look is not news, so somebody goes on enqueueing until it is seen.
  await waitUntil(async () => {
    await runCli(['enqueue', 'order.placed', order('reader@example.com')], bySql);
    return events().some(({ event }) => event === 'message');
  });
  await runCli(['drain'], bySql);
  await waitUntil(() =>
    ['delivery', 'drain'].every((kind) => events().some(({ event }) => event === kind)),
  );
  process.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(events()).toContainEqual(
    expect.objectContaining({ event: 'delivery', queue: 'payments', status: 'done' }),
  );
});
