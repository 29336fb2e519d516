// What strangers get from a running npm start: web pages that its owner's browser shows, and other users of the machine.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findServer } from '#local/running-server.ts';
import { openDatabase, openSession } from '#queue/database.ts';
import { createDatabase } from '#test/support/database.ts';
import { commandLines } from '#test/support/local/processes.ts';
import { ask, upgrade } from '#test/support/local/raw-request.ts';
import { dataFolder, start } from '#test/support/local/start-process.ts';

async function setup(environment: Record<string, string> = {}) {
  const data = dataFolder();
  const started = await start(['--data', data], environment);
  await started.ready();
  return { data, started, server: await findServer(data) };
}

const portOf = (url: string) => new URL(url).port;

const foreign = [
  { host: '127.0.0.1', origin: 'https://attacker.example' },
  { host: 'localhost', origin: 'null' },
  // DNS rebinding: the page's own name leads to this machine, so for the browser it is the page's own server.
  { host: 'rebound.example' },
  { host: 'rebound.example', origin: 'http://rebound.example' },
];

test('a web page gets no answer by any door', async () => {
  const { directUrl } = await createDatabase({ empty: true });
  const { server } = await setup({ DATABASE_URL: directUrl });
  const key = { authorization: `Bearer ${server.apiKey}` };
  const login = { 'neon-connection-string': server.databaseUrl };
  const body = JSON.stringify({ query: 'select 1', params: [] });
  const api = portOf(server.url);
  const endpoint = portOf(server.databaseUrl);
  for (const headers of foreign) {
    const answers = await Promise.all([
      ask(api, { path: '/v1/health', headers }),
      ask(api, { path: '/v1/openapi.json', headers }),
      ask(api, { path: '/v1/queues', headers: { ...headers, ...key } }),
      ask(api, { path: '/v1/messages', headers, method: 'OPTIONS' }),
      ask(endpoint, { path: '/sql', headers: { ...headers, ...login }, method: 'POST', body }),
      ask(endpoint, { path: '/sql', headers, method: 'OPTIONS' }),
      ask(endpoint, { path: '/v2', headers: { ...headers, ...upgrade } }),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('"message"') });
      expect(Object.keys(answer.headers).join()).not.toContain('access-control');
    }
  }
});

/** The SQLSTATE of a refusal; undefined when there was none. */
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ code }: { code: string }) => code,
  );

test('the role of the functions is no superuser: its SQL runs no programs and reads no files', async () => {
  const { server, data } = await setup();
  const database = openDatabase(server.databaseUrl);
  const session = await openSession(server.databaseUrl);
  onTestFinished(() => session.close());
  for (const attempt of [
    `copy (select 1) to program 'touch ${data}/ran'`,
    `select pg_read_file('/etc/passwd')`,
    'alter role millrace_local superuser',
    'grant pg_execute_server_program to millrace_local',
    'set role postgres',
  ]) {
    for (const { query } of [database, session])
      expect([attempt, await codeOf(query(attempt))]).toEqual([attempt, '42501']);
  }
  expect(await readdir(data)).not.toContain('ran');
});

describe('other users of the machine', () => {
  test('see no password and no key, in files, in what is printed, or in the list of processes', async () => {
    const { data, started, server } = await setup();
    const passwords = (await readFile(join(data, 'pgpass'), 'utf8')).match(/[^:]+$/gm) ?? [];
    const secrets = [...passwords, server.apiKey];
    expect(secrets).toHaveLength(3);
    const told = (text: string) => secrets.some((secret) => text.includes(secret));
    const readable = async (name: string) => ((await stat(join(data, name))).mode & 0o077) !== 0;
    const entries = await readdir(data, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(data, join(entry.parentPath, entry.name)))
      .filter((name) => !name.startsWith('postgres/'));
    const texts = await Promise.all(names.map((name) => readFile(join(data, name), 'latin1')));
    const withSecrets = names.filter((_, n) => told(texts[n] ?? '')).sort();
    expect(withSecrets).toEqual(['api-key', 'authorization', 'pgpass', 'running.json']);
    for (const name of [...withSecrets, 'postgres.log'])
      expect([name, await readable(name)]).toEqual([name, false]);
    expect(told(started.output())).toBe(false);
    expect([...(await commandLines()).values()].filter(told)).toEqual([]);
  });

  test('cannot log in with a password that everybody knows', async () => {
    const { server } = await setup();
    const url = new URL(server.postgresUrl);
    for (const [user, password] of [
      ['postgres', 'postgres'],
      ['postgres', ''],
      ['millrace_local', 'millrace_local'],
    ] as const) {
      url.username = user;
      url.password = password;
      const client = new Client(url.href);
      await expect(client.connect()).rejects.toThrow(/password/);
    }
  });
});
