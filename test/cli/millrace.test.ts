// The program itself, before any of its commands.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

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
  for (const command of ['init', 'start', 'sql', 'migrate'])
    expect(asked.output).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(await run([])).toEqual(asked);
});

test.each(['strat', 'constructor'])('does not know the command %s', async (word) => {
  const { code, output } = await run([word]);
  expect(code).toBe(2);
  expect(output).toMatch(new RegExp(`^millrace has no command "${word}"\n\nUsage: millrace `));
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
