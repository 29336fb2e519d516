// What docs/command-line.md promises of exit codes and errors.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '#cli/failure.ts';
import { freePort } from '#local/loopback/free-port.ts';
import { type Deployment, deployment, runCli } from '#test/support/cli/run-cli.ts';
import { keyOf, putApiKey } from '#test/support/functions/api.ts';
import { projectRoot } from '#test/support/project-root.ts';

const id = '01a1fd71-3a0f-7a0c-b11b-24a0891b25d9';

let made: Deployment;
beforeAll(async () => {
  made = await deployment();
  await putApiKey(made, 'reader', keyOf('reader'), ['read']);
});

test('the page has the codes that there are', async () => {
  const page = await readFile(join(projectRoot, 'docs/command-line.md'), 'utf8');
  const rows = [...page.matchAll(/^\| +(\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual([0, ...Object.values(exitCodes)]);
});

test('2 for what makes no sense, before anything is asked', async () => {
  const nobody = { MILLRACE_URL: `http://127.0.0.1:${await freePort()}`, MILLRACE_API_KEY: 'x' };
  for (const [words, said] of [
    ['status 17', /^value '17' is invalid .* An id looks like/],
    ['messages --after yesterday', /An instant looks like .*; 15m, 2h or 3d/],
    ['messages --status finished', /Allowed choices are pending, scheduled/],
    ['messages --limit 0', /a whole number from 1 to 200/],
    ['dead-letters redrive --yes', /^Say which ones: by their ids, by a filter/],
    ['enqueue order.placed {"a":1', /^The payload is no JSON: /],
    ['enqueue order.placed @nosuch.json', /^Cannot read nosuch.json: ENOENT/],
    [
      'enqueue order.placed [9007199254740993]',
      /too large to be sent as it is: write it as a string/,
    ],
    ['enqueue order.placed [1e400]', /too large to be sent as it is: write it as a string/],
    [
      'keys create shop --scope read',
      /^Only the owner of the database makes API keys: DATABASE_URL=/,
    ],
    ['queues --url ftp://host', /^--url is an address such as https/],
  ] as const) {
    const ended = await runCli(words.split(' '), nobody);
    expect(ended, words).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  }
});

test('2 when two ways are given, and what to choose', async () => {
  const both = { ...made.byHttp, ...made.bySql };
  const { code, stderr } = await runCli(['queues'], both);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^MILLRACE_URL and DATABASE_URL are both set: leave one empty/),
  });
  expect((await runCli(['queues', '--url', made.byHttp['MILLRACE_URL'] ?? ''], both)).code).toBe(0);
  expect((await runCli(['queues'], { ...both, MILLRACE_URL: '' })).code).toBe(0);
});

test('3 for what is not there, and which command lists what is', async () => {
  for (const environment of [made.byHttp, made.bySql]) {
    expect(await runCli(['pause', 'nosuch'], environment)).toEqual({
      code: 3,
      stdout: '',
      stderr: 'No queue has this name; npx millrace queues lists them\n',
    });
    expect((await runCli(['status', id], environment)).code).toBe(3);
  }
});

test('4 for a key that is not known, lacks a scope or is missing, and for a login that may not', async () => {
  const { byHttp } = made;
  const unknown = await runCli(['queues'], { ...byHttp, MILLRACE_API_KEY: keyOf('nobody') });
  expect(unknown).toEqual({ code: 4, stdout: '', stderr: 'The API key is not known.\n' });
  const reader = { ...byHttp, MILLRACE_API_KEY: keyOf('reader') };
  expect((await runCli(['pause', 'payments'], reader)).code).toBe(4);
  const none = await runCli(['queues'], { MILLRACE_URL: byHttp['MILLRACE_URL'] ?? '' });
  expect(none.stderr).toMatch(/wants to know who calls: set MILLRACE_API_KEY\n$/);
  expect(none.code).toBe(4);
  await made.query(`create role cli_stranger login password 'secret'`);
  const url = new URL(made.directUrl);
  url.username = 'cli_stranger';
  url.password = 'secret';
  const stranger = await runCli(['queues'], { DATABASE_URL: url.href });
  await made.query('drop role cli_stranger');
  expect(stranger).toMatchObject({
    code: 4,
    stderr: 'The database refuses it: permission denied for schema millrace\n',
  });
});

test('5 when nobody answers, by either way, without the password', async () => {
  const port = await freePort();
  const http = { MILLRACE_URL: `http://127.0.0.1:${port}`, MILLRACE_API_KEY: 'x' };
  expect(await runCli(['queues'], http)).toEqual({
    code: 5,
    stdout: '',
    stderr: `Nobody answers at http://127.0.0.1:${port}\n`,
  });
  const sql = { DATABASE_URL: `postgresql://me:secret@127.0.0.1:${port}/mine` };
  const ended = await runCli(['queues'], sql);
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/^Cannot connect to DATABASE_URL: .*ECONNREFUSED/);
  expect(ended.stderr).not.toContain('secret');
  const nothing = await runCli(['queues', '--data', '/nowhere'], {});
  expect(nothing).toMatchObject({
    code: 5,
    stderr:
      'Nothing runs on /nowhere, and neither --url, MILLRACE_URL nor DATABASE_URL says where Millrace is\n',
  });
});

test('a database that is not migrated is said to be one', async () => {
  await made.query('alter schema millrace rename to elsewhere');
  const ended = await runCli(['queues'], made.bySql);
  await made.query('alter schema elsewhere rename to millrace');
  expect(ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"millrace" does not exist'),
  });
});

test('a stack only for those who ask for one', async () => {
  const sql = { DATABASE_URL: `postgresql://me:secret@127.0.0.1:${await freePort()}/mine` };
  expect((await runCli(['queues'], sql)).stderr).not.toMatch(/\n {4}at /);
  expect((await runCli(['queues'], { ...sql, MILLRACE_DEBUG: '1' })).stderr).toMatch(/\n {4}at /);
});

test('an answer of whatever stands in between moves no cursor', async () => {
  const server = createServer((_, answer) => {
    answer.writeHead(403, { 'content-type': 'application/problem+json' });
    answer.end('{"title":"No","status":403,"detail":"go\\u001b[2J\\u009b31m\\u202e away"}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ended = await runCli(['queues', '--url', `http://127.0.0.1:${port}`], {});
  expect(ended).toEqual({
    code: 4,
    stdout: '',
    stderr: 'go\\u001b[2J\\u009b31m\\u202e away\n',
  });
});

test('colours are for terminals alone', async () => {
  const { stdout } = await runCli(['queues'], made.bySql);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toMatch(/^queue +state +pending .*\ninventory +ok /);
});
