// npm run check: everything that has to hold before a change goes in. This list is the only one: CI runs it, too.
// It stops at the first step that fails, because later steps mostly repeat the first complaint in other words, and
// because the reason should be the last thing on the screen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** npm scripts, the quick ones first, so that a typing error is found in seconds. The tests take most of the time. */
const steps = [
  'lint',
  'types',
  'dead-code',
  'synth',
  'mutate:quick',
  'test',
  'test:pg:short',
  'test:browser',
];

interface Outcome {
  readonly exitCode: number;
  readonly seconds: number;
  /** The last line that was printed. Of tests it is "N passed, N failed". */
  readonly lastLine: string;
}

// Tests start this program and others hundreds of times, and most of what a short life costs is to compile them. The folder is
// of this run alone: copies of the checkout, which are gone in a minute, leave what they have compiled in it.
const compiled = mkdtempSync(join(tmpdir(), 'millrace-compiled-'));
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }));

const seconds: Record<string, string> = {};
const closingLines: string[] = [];
for (const [index, step] of steps.entries()) {
  console.log(`\n=== ${index + 1}/${steps.length} ${step} ===`);
  const outcome = await run(step);
  seconds[step] = `${outcome.seconds.toFixed(1)} s`;
  if (step.startsWith('test')) closingLines.push(outcome.lastLine);
  if (outcome.exitCode !== 0) {
    console.log(`\ncheck failed at ${step}: exit code ${outcome.exitCode} after ${seconds[step]}`);
    process.exit(outcome.exitCode);
  }
  console.log(`--- ${step} passed in ${seconds[step]}`);
}
console.log('');
for (const [step, duration] of Object.entries(seconds))
  console.log(`${step.padEnd(12)}${duration.padStart(9)}`);
// Scripts read the last line of a run: it is of the tests of all steps.
console.log(`\n${sumOf(closingLines)}`);

/** "2 passed, 0 failed" and "3 passed, 0 failed" are "5 passed, 0 failed"; what was skipped is added where something was. */
function sumOf(lines: readonly string[]): string {
  const counts = new Map([
    ['passed', 0],
    ['failed', 0],
  ]);
  for (const [, count, what = ''] of lines.join('\n').matchAll(/(\d+) (passed|failed|skipped)/g))
    counts.set(what, (counts.get(what) ?? 0) + Number(count));
  return Array.from(counts, ([what, count]) => `${count} ${what}`).join(', ');
}

async function run(step: string): Promise<Outcome> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', step], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NODE_COMPILE_CACHE: compiled,
      // The output passes through here, so the tools cannot see that a terminal is at its end.
      ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
    },
  });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).slice(-1_000);
  });
  const [code] = await once(child, 'close');
  return {
    // A step that was ended by a signal has no exit code.
    exitCode: code ?? 1,
    seconds: (performance.now() - startedAt) / 1_000,
    lastLine: tail.trimEnd().split('\n').at(-1) ?? '',
  };
}
