// What the commands say of an application that is not as it should be: one sentence with the file's name, printed once, and no
// stack of ours.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { postgresOn } from '#test/support/local/processes.ts';
import { dataFolder, start } from '#test/support/local/start-process.ts';

const millrace = join(import.meta.dirname, '../../exports/millrace.ts');

/** `start` with a registry of this text; the exit code and what it has printed. */
async function startWith(text: string | undefined, environment?: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-registry-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'registry.ts');
  if (text !== undefined) await writeFile(file, text);
  const data = dataFolder();
  const { directUrl } = await createDatabase({ empty: true });
  const started = await start(
    ['--data', data, '--registry', file],
    environment ?? { DATABASE_URL: directUrl },
  );
  return { code: await started.exit, output: started.output(), file, data };
}

test('names a registry that is not there', async () => {
  const { code, output, file } = await startWith(undefined);
  expect(code).toBe(1);
  expect(output).toBe(
    `registry is the path of the file that exports your registry; there is no file ${file}\n`,
  );
});

test('names a file that exports none', async () => {
  const { code, output, file } = await startWith('export const queues = [];');
  expect(code).toBe(1);
  expect(output).toBe(
    `${file} exports no registry; it needs: export const registry = defineRegistry({ … })\n`,
  );
});

test('names a registry that is something else', async () => {
  const { code, output } = await startWith('export const registry = { queues: [] };');
  expect(code).toBe(1);
  expect(output).toMatch(
    /^The registry that \S+registry.ts exports is not what defineRegistry makes\n$/,
  );
});

test('says with which words and where a registry failed, and leaves no Postgres', async () => {
  const { code, output, data } = await startWith(
    `import { defineQueue, defineRegistry } from ${JSON.stringify(millrace)};
const queue = defineQueue({ name: 'mail', policy: { concurrency: 0 }, subscriptions: [] });
export const registry = defineRegistry({ queues: [queue] });`,
    { DATABASE_URL: '' },
  );
  expect(code).toBe(1);
  expect(output).toMatch(
    /^Cannot load \S+registry.ts: Queue "mail": concurrency .* got 0 \(\S+registry.ts:2:\d+\)\n$/,
  );
  expect(await postgresOn(data)).toEqual([]);
});

test('prints what esbuild finds once', async () => {
  const { code, output } = await startWith(`import './nowhere.ts';\nexport const registry = 1;`);
  expect(code).toBe(1);
  expect(output.match(/Could not resolve "\.\/nowhere\.ts"/g)).toHaveLength(1);
  expect(output).not.toContain('    at ');
});
