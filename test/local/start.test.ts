import { execFile, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { listen } from '#local/loopback/loopback-server.ts';
import { findServer } from '#local/running-server.ts';
import { createDatabase } from '#test/support/database.ts';
import { postgresOn } from '#test/support/local/processes.ts';
import { dataFolder, type Start, start, watch } from '#test/support/local/start-process.ts';

/** Runs the curl line as it was printed. */
async function placeOrder(started: Start): Promise<{ id: string }> {
  const line = /^ *curl .*$/m.exec(started.output())?.[0] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  return JSON.parse(stdout);
}

async function look(url: string, id: string) {
  const client = new Client(url);
  await client.connect();
  const text =
    'select distinct status from millrace.delivery_status where message_id = $1 order by 1';
  const { rows } = await client.query(text, [id]).finally(() => client.end());
  return rows.map(({ status }) => status);
}

describe('with a Postgres of its own', () => {
  test('goes on after every crash with what it had, and leaves nothing when it is interrupted', async () => {
    const data = dataFolder();
    const first = await start(['--data', data]);
    await first.ready();
    const { id } = await placeOrder(first);
    const { apiKey, postgresUrl } = await findServer(data);
    await expect.poll(() => look(postgresUrl, id)).toEqual(['done']);
    first.process.kill('SIGKILL');
    await first.exit;
    await expect.poll(() => postgresOn(data)).toHaveLength(1);

    const second = await start(['--data', data]);
    await second.ready();
    await expect.poll(() => postgresOn(data)).toHaveLength(1);
    const [postmaster] = await postgresOn(data);
    process.kill(Number(postmaster), 'SIGKILL');
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain('Postgres has ended by itself');

    const third = await start(['--data', data]);
    await third.ready();
    const again = await findServer(data);
    expect(await look(again.postgresUrl, id)).toEqual(['done']);
    expect(again.apiKey).toBe(apiKey);
    third.process.kill('SIGINT');
    expect(await third.exit).toBe(0);
    expect(await postgresOn(data)).toEqual([]);
  });
});

describe('with the Postgres of DATABASE_URL', () => {
  async function environment(options?: { readonly empty: boolean }) {
    const { directUrl } = await createDatabase(options);
    return { DATABASE_URL: directUrl };
  }

  test('serves the API and ticks, and ends on SIGTERM', async () => {
    const database = await environment({ empty: true });
    const data = dataFolder();
    const started = await start(['--data', data], database);
    const url = await started.ready();
    const { id } = await placeOrder(started);
    await expect.poll(() => look(database.DATABASE_URL, id)).toEqual(['done']);
    expect((await fetch(`${url}/v1/health`)).status).toBe(200);
    started.process.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('ends at once when it is interrupted again', async () => {
    const started = await start(['--data', dataFolder()], await environment());
    const { port } = new URL(await started.ready());
    const unfinished = connect(Number(port), '127.0.0.1');
    unfinished.write('POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n');
    const interrupting = setInterval(() => started.process.kill('SIGINT'), 500);
    expect(await started.exit).toBe(1);
    clearInterval(interrupting);
    unfinished.destroy();
  });

  test('ends when npm is killed', async () => {
    const words = ['start', '--', '--port', String(await freePort()), '--data', dataFolder()];
    const npm = spawn('npm', words, { env: { ...process.env, ...(await environment()) } });
    const started = watch(npm);
    await started.ready();
    npm.kill('SIGKILL');
    // Its output closes with the last process that writes to it.
    await started.exit;
    expect(started.output()).toContain('Stopping: its parent has ended');
  });

  test('says that it cannot connect, without the password', async () => {
    const DATABASE_URL = `postgresql://me:secret@127.0.0.1:${await freePort()}/mine`;
    const started = await start(['--data', dataFolder()], { DATABASE_URL });
    expect(await started.exit).toBe(1);
    expect(started.output()).toMatch(/^Cannot connect to DATABASE_URL: .*ECONNREFUSED.*\n$/);
    expect(started.output()).not.toContain('secret');
  });

  test('says that the port is taken', async () => {
    const other = createServer();
    const port = await listen(other);
    const words = ['--data', dataFolder(), '--port', String(port)];
    const started = await start(words, await environment());
    expect(await started.exit).toBe(1);
    expect(started.output()).toContain(`Cannot listen on port ${port}: another program uses it\n`);
    other.close();
  });
});

test('says in one line which flag it does not know', async () => {
  const started = await start(['--evry', '5s']);
  expect(await started.exit).toBe(2);
  expect(started.output()).toBe("Unknown option '--evry'\n");
});
