// What --help shows as an example is run: each is of a command that is there, with flags that it takes, and does what it says.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '#cli/commands.ts';
import { deployment, type Environment, runCli } from '#test/support/cli/run-cli.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const parts: Readonly<Record<string, readonly string[]>> = {
  'dead-letters': ['list', 'groups', 'redrive', 'discard'],
  schedules: ['list', 'pause', 'resume', 'run'],
  keys: ['list', 'create', 'revoke'],
};

const read = Object.entries(commands).flatMap(([name, command]) =>
  'define' in command ? (parts[name]?.map((part) => `${name} ${part}`) ?? [name]) : [],
);

let bySql: Environment;
let folder: string;
let id: string;
let chordId: string;
beforeAll(async () => {
  const made = await deployment();
  folder = newFolder();
  await mkdir(folder);
  await writeFile(join(folder, 'order.json'), '{"orderId":"A-2"}');
  bySql = made.bySql;
  const text = `select millrace.enqueue('order.placed', '{"orderId": "A-1"}') as id`;
  id = (await made.query<{ id: string }>(text))[0]?.id ?? '';
  // A fair one, of which a key can be paused.
  await made.query(
    `insert into millrace.queue (id, name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds, is_fair)
     values (99, 'imports', 90, 10, 5, 3600, true)`,
  );
  const order = { type: 'order.placed', payload: { orderId: 'A-5' } };
  const chord = JSON.stringify({ messages: [order], followedBy: order });
  const enqueued = await made.query<{ id: string }>(
    `select millrace.enqueue_chord($1) ->> 'id' as id`,
    [chord],
  );
  chordId = enqueued[0]?.id ?? '';
});
afterAll(() => removeFolder(folder));

/** There is no weekly summary here, the server's clock is right, and drain and tail have their own tests. */
const expected: Readonly<Record<string, readonly number[]>> = {
  'schedules pause': [3],
  'schedules resume': [3],
  'schedules run': [2],
  doctor: [1],
};

test.each(read)('the examples of %s run', { timeout: 300_000 }, async (name) => {
  const named = name.split(' ');
  const help = await runCli([...named, '--help'], {});
  expect(help.code).toBe(0);
  const examples =
    help.stdout
      .split(/\nExamples?:\n/)[1]
      ?.trim()
      .split('\n') ?? [];
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(example).toContain(`npx millrace ${named.join(' ').replace(' list', '')}`);
    if (['tail', 'drain'].includes(named[0] ?? '')) continue;
    const { code, stderr } = await runExample(example);
    expect(expected[named.join(' ')] ?? [0], `${example}\n${stderr}`).toContain(code);
  }
});

/** As a shell takes it apart; the file and the input are those of the example. */
async function runExample(example: string) {
  const words = example
    .trim()
    .replace(/^\S*=\S* /, '')
    .replace('npx millrace ', '');
  const [command = '', input] = words.split(' < ');
  const all = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
  const typed = all.map((word) =>
    word
      .replace('01a1fd71-3a0f-7a0c-b11b-24a0891b25d9', id)
      .replace('01a1fd71-3a0f-7a0c-b11b-24a0891b25e0', chordId)
      .replace('@order.json', `@${join(folder, 'order.json')}`)
      // The order of the bookstore has more than that of the tests.
      .replace(/^\{"orderId":.*$/, '{"orderId":"A-3"}'),
  );
  return runCli(typed, bySql, input === undefined ? '' : '{"orderId":"A-4"}');
}
