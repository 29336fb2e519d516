// The worker of docs/handlers.md, as its reader pastes it: on a Postgres over plain TCP, where nothing of Neon answers.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { guideCheckout } from '#test/support/docs/guide-checkout.ts';
import { removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';
import { waitUntil } from '#test/support/wait-until.ts';

/** In place of the example's: a handler of each way that a worker's connections are used. */
const registry = `
import * as z from 'zod';
import { defineMessageType, defineQueue, defineRegistry, on, onInTransaction } from '#millrace';

const noted = defineMessageType({ name: 'noted', payload: z.object({ text: z.string() }) });
const insert = 'insert into notes (text) values ($1)';
const plain = defineQueue({
  name: 'plain',
  subscriptions: [on(noted, async ({ payload }, { database }) => void (await database.query(insert, [payload.text])))],
});
const exactly = defineQueue({
  name: 'exactly',
  subscriptions: [
    onInTransaction(noted, async ({ payload }, { transaction }) => void (await transaction.query(insert, [payload.text]))),
  ],
});
export const registry = defineRegistry({ queues: [plain, exactly] });
`;

test('the worker drains until it is told to stop', async () => {
  const database = await createDatabase();
  await database.query('create table notes (text text)');
  const worker = await pastedWorker(database.directUrl);
  await database.query(`select millrace.enqueue('noted', '{"text": "by a worker"}')`);
  const notes = () => database.query('select text from notes');
  const live = () =>
    database.query('select from millrace.delivery union all select from millrace.parcel');
  await waitUntil(async () => (await notes()).length > 0 && (await live()).length === 0);
  worker.kill('SIGTERM');
  expect(await once(worker, 'exit')).toEqual([0, null]);
  expect(await notes()).toEqual([{ text: 'by a worker' }, { text: 'by a worker' }]);
});

/** Type-checked and started, in a checkout that is gone after the test, on the database that it has migrated. */
async function pastedWorker(url: string): Promise<ChildProcess> {
  const page = await readFile(join(projectRoot, 'docs/handlers.md'), 'utf8');
  const [, text = ''] = /^```ts\n(\/\/ worker\.ts\n.*?)^```$/ms.exec(page) ?? [];
  const { folder, write, compile } = await guideCheckout();
  onTestFinished(() => removeFolder(folder));
  await write('worker.ts', text);
  await write('handlers/registry.ts', registry);
  await compile();
  const env = { ...process.env, DATABASE_URL: url };
  await promisify(execFile)(process.execPath, ['cli/millrace.ts', 'migrate'], { cwd: folder, env });
  const worker = spawn(process.execPath, ['worker.ts'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}
