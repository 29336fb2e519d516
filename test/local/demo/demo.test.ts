// npm run demo as a process of its own, beside a server that runs, and beside none.
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { closeServer, listen } from '#local/loopback/loopback-server.ts';
import { announceServer } from '#local/running-server.ts';
import { createDatabase } from '#test/support/database.ts';
import { dataFolder, start } from '#test/support/local/start-process.ts';

const program = join(import.meta.dirname, '../../../cli/millrace.ts');

async function demo(...words: string[]) {
  const ended = Promise.withResolvers<{ exitCode: unknown; output: string }>();
  execFile(process.execPath, [program, 'demo', ...words], (error, stdout, stderr) =>
    ended.resolve({ exitCode: error?.code ?? 0, output: stdout + stderr }),
  );
  return ended.promise;
}

/** A data folder with the announcement of a server on that port. */
async function announced(port: number) {
  const data = dataFolder();
  const url = `http://127.0.0.1:${port}`;
  const databaseUrl = 'postgresql://a:b@127.0.0.1:1/c';
  await announceServer(data, { url, apiKey: 'key', databaseUrl, postgresUrl: databaseUrl });
  return data;
}

async function serverOnAnyPort(): Promise<number> {
  const server = createServer((_, response) => response.end());
  onTestFinished(() => closeServer(server, 0));
  return listen(server);
}

test('shows its usage', async () => {
  const { exitCode, output } = await demo('--help');
  expect(exitCode).toBe(0);
  expect(output).toContain('Usage: npm run demo -- [options]');
  for (const flag of ['--port PORT', '--data DIR', '--help']) expect(output).toContain(flag);
});

test('says in one line what it expected of an option, and ends with 2', async () => {
  expect(await demo('--port', 'http')).toEqual({
    exitCode: 2,
    output: '--port is a number from 1 to 65535; got "http"\n',
  });
});

test('says how to start a server where none was announced', async () => {
  const data = dataFolder();
  expect(await demo('--data', data)).toEqual({
    exitCode: 1,
    output: `Nothing runs on ${data}. Start it first, in another terminal: npm start\n`,
  });
});

test('takes what a killed server has left behind for no server', async () => {
  const data = await announced(await freePort());
  expect((await demo('--data', data)).output).toContain(`Nothing runs on ${data}`);
});

test('places nothing at a server on another port', async () => {
  const port = await serverOnAnyPort();
  const data = await announced(port);
  const { exitCode, output } = await demo('--data', data, '--port', '65535');
  expect(exitCode).toBe(1);
  expect(output).toContain(`The server on ${data} listens on port ${port}, not on 65535`);
});

test('places its orders at the server on that port, and shows what became of them', async () => {
  const data = dataFolder();
  const { directUrl } = await createDatabase();
  const server = await start(['--data', data], { DATABASE_URL: directUrl });
  const { port } = new URL(await server.ready());
  const { exitCode, output } = await demo('--data', data, '--port', port);
  expect([exitCode, output]).toEqual([0, expect.stringContaining('1000 orders placed in')]);
  // A thousand orders and their payments, of which twenty were declined.
  expect(output).toMatch(/│ 'payments' +│ 980 +│ 20 +│/);
  expect(output).toMatch(/│ 'shipping' +│ 980 +│ 0 +│/);
});
