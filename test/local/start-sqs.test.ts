// npm start on an application with queues on SQS, seen from outside: by curl, by signals, and by its database.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { findServer } from '#local/running-server.ts';
import { createDatabase } from '#test/support/database.ts';
import { dataFolder, start } from '#test/support/local/start-process.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const registry = join(import.meta.dirname, '../support/local/sqs-application/registry.ts');

async function setup() {
  const orders = await mkdtemp(join(tmpdir(), 'millrace-orders-'));
  onTestFinished(() => rm(orders, { recursive: true }));
  const { directUrl } = await createDatabase();
  const data = dataFolder();
  const environment = { DATABASE_URL: directUrl, TEST_ORDERS: orders };
  const journal = join(data, 'sqs', 'journal');
  return {
    data,
    async start() {
      const started = await start(['--data', data, '--registry', registry], environment);
      const url = await started.ready();
      const { apiKey } = await findServer(data);
      return { ...started, ...overHttp(url, apiKey) };
    },
    /** Lets 85 seconds pass for what is in flight: where a server was killed, nobody holds it any more. */
    async passVisibility() {
      const text = await readFile(journal, 'utf8');
      await writeFile(journal, text.replace(/"until":\d+/g, '"until":0'));
    },
    told: (name: string) => writeFile(join(orders, name), ''),
    untold: (name: string) => rm(join(orders, name)),
  };
}

/** As people do it. */
function overHttp(url: string, apiKey: string) {
  const curl = async (path: string, body?: object) => {
    const words = ['-sS', `${url}/v1${path}`, '-H', `Authorization: Bearer ${apiKey}`];
    const sent = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
    const { stdout } = await promisify(execFile)('curl', body ? [...words, ...sent] : words);
    return JSON.parse(stdout);
  };
  return {
    curl,
    enqueue: async (): Promise<string> => {
      const message = { type: 'mail.wanted', payload: { to: 'reader@example.com' } };
      return (await curl('/messages', message)).id;
    },
    /** By queue. */
    async statuses(id: string): Promise<Record<string, string>> {
      const { deliveries } = await curl(`/messages/${id}`);
      return Object.fromEntries(
        deliveries.map((one: { queue: string; status: string }) => [one.queue, one.status]),
      );
    },
  };
}

const all = (status: string) => ({ mail: status, steps: status, log: 'done' });

test('a message goes over SQS and is done; one that is rejected is a dead letter until it is redriven', async () => {
  const { start, told, untold } = await setup();
  const { output, enqueue, statuses, curl, process, exit } = await start();
  expect(output()).toContain('On SQS, which runs here as well: mail, steps.');
  const first = await enqueue();
  await expect.poll(() => statuses(first)).toEqual(all('done'));
  expect(output()).toContain('"service":"sqs-consumer"');

  await told('reject');
  const second = await enqueue();
  await expect.poll(() => statuses(second)).toEqual(all('dead'));
  await untold('reject');
  expect(await curl('/dead-letters/redrive', { ids: [second] })).toMatchObject({ redriven: 2 });
  await expect.poll(() => statuses(second)).toEqual(all('done'));
  process.kill('SIGINT');
  expect(await exit).toBe(0);
});

test('a server that is killed while it handles loses nothing', async () => {
  const { start, told, untold, passVisibility, data } = await setup();
  await told('hang');
  const killed = await start();
  const id = await killed.enqueue();
  await waitUntil(() => (killed.output().match(/it hangs/g) ?? []).length === 2);
  expect(await killed.statuses(id)).toEqual(all('relayed'));
  killed.process.kill('SIGKILL');
  await killed.exit;
  await untold('hang');
  await passVisibility();

  const next = await start();
  await expect.poll(() => next.statuses(id)).toEqual(all('done'));
  next.process.kill('SIGINT');
  expect(await next.exit).toBe(0);
  expect(await readFile(join(data, 'sqs', 'journal'), 'utf8')).not.toContain('reader@example');
});
