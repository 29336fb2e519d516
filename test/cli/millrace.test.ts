// The program itself, before any of its commands.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '#cli/commands.ts';

const program = join(import.meta.dirname, '../../cli/millrace.ts');

function run(words: readonly string[], nodeFlags: readonly string[] = []) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  execFile(process.execPath, [...nodeFlags, program, ...words], (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
  );
  return promise;
}

test('lists its commands', async () => {
  const asked = await run(['--help']);
  expect(asked.code).toBe(0);
  for (const command of Object.keys(commands))
    expect(asked.output).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(await run([])).toEqual(asked);
});

test.each([
  ['strat', "unknown command 'strat'; did you mean start; see npx millrace --help"],
  ['constructor', "unknown command 'constructor'; see npx millrace --help"],
  ['queues --jsno', "unknown option '--jsno'; did you mean --json; see npx millrace queues --help"],
  ['pause', "missing required argument 'queue'; see npx millrace pause --help"],
  [
    'dead-letters redriev --all',
    "unknown command 'redriev'; did you mean redrive; see npx millrace dead-letters --help",
  ],
])('says what is wrong with %s, and what to type', async (words, sentence) => {
  expect(await run(words.split(' '))).toEqual({ code: 2, output: `${sentence}\n` });
});

test('loads commander for none of the commands that read their own words', async () => {
  const { output } = await run(['sql', '--help'], ['--import', listing]);
  expect(output).not.toMatch(/commander/);
  expect((await run(['queues', '--help'], ['--import', listing])).output).toMatch(/commander/);
  expect(output).toContain('Usage:');
});

/** Prints each module that is loaded. */
const listing = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });
`)}`;

test('loads no prompt, no driver and no other command to tell about itself', async () => {
  const { output } = await run(['--help'], ['--import', listing]);
  expect(output).not.toMatch(/inquirer|node_modules\/(pg|zod|hono|esbuild)\/|cli\/commands\//);
});

test('ends quietly when its reader does', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const line = `"${process.execPath}" "${program}" --help | head -1`;
  execFile('sh', ['-c', line], (_error, stdout, stderr) => resolve(stdout + stderr));
  expect(await promise).toBe('Usage: millrace COMMAND [options]\n');
});

test('says in one sentence that Node is too old', async () => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '22.9.0' });
Object.defineProperty(process, 'version', { value: 'v22.9.0' });`;
  const loaded = `data:text/javascript,${encodeURIComponent(older)}`;
  expect(await run(['start'], ['--import', loaded])).toEqual({
    code: 2,
    output: 'Millrace needs Node 24 or newer; this is v22.9.0\n',
  });
});
