import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../.ci/check.ts');
const passing = {
  lint: 'echo linted',
  types: 'echo typed',
  'dead-code': 'echo alive',
  synth: 'echo synthesized $CDK_DISABLE_CLI_TELEMETRY',
  'mutate:quick': 'echo noticed',
  test: 'printf "a test\\n\\n1 passed, 0 failed, 2 skipped\\n"',
  'test:pg:short': 'printf "2 passed, 0 failed\\n"',
  'test:browser': 'printf "4 passed, 0 failed\\n"',
};

/** Runs the check in a project whose scripts are these. */
async function check(scripts: Record<string, string>) {
  const cwd = await mkdtemp(join(tmpdir(), 'millrace-check-'));
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ scripts }));
  const ended = Promise.withResolvers<{ exitCode: unknown; output: string }>();
  execFile(process.execPath, [script], { cwd }, (error, output) =>
    ended.resolve({ exitCode: error?.code ?? 0, output }),
  );
  return ended.promise.finally(() => rm(cwd, { recursive: true }));
}

const announced = (output: string) => output.match(/(?<== \d\/8 )\S+/g);

test('announces each step, tells the time of each, and ends with the sum of what the tests say', async () => {
  const { exitCode, output } = await check(passing);
  expect(exitCode).toBe(0);
  expect(announced(output)).toEqual(Object.keys(passing));
  for (const step of Object.keys(passing))
    expect(output).toMatch(new RegExp(`^${step} +\\d+\\.\\d s$`, 'm'));
  expect(output).toContain('synthesized true');
  expect(output.trimEnd().split('\n').slice(-2)).toEqual(['', '7 passed, 0 failed, 2 skipped']);
});

test('stops at the first step that fails, and ends with its exit code', async () => {
  const { exitCode, output } = await check({ ...passing, types: 'echo wrong; exit 3' });
  expect(exitCode).toBe(3);
  expect(announced(output)).toEqual(['lint', 'types']);
  expect(output).toMatch(/\ncheck failed at types: exit code 3 after \d+\.\d s\n$/);
});
