// Runs a few tests of a checkout in a process of their own, with a Postgres of its own into which this checkout's
// routines are migrated, and tells what became of each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface NamedTest {
  readonly testFile: string;
  /** As its file spells it, so of a test.each with the place for its values. */
  readonly test: string;
}

export interface TestOutcome {
  readonly testFile: string;
  /** With its values in place. */
  readonly test: string;
  readonly status: 'passed' | 'failed';
  /** What the test's errors say, each with its class and its stack. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** What vitest's JSON reporter writes, as far as it is read here. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
          duration: z.number().nullish(),
        }),
      ),
    }),
  ),
});

/** Answers those of the tests that ran: none when the checkout's code does not load or its routines do not migrate. */
export async function runTests(root: string, tests: readonly NamedTest[]): Promise<TestOutcome[]> {
  const reportFile = join(root, 'mutation-report.json');
  await rm(reportFile, { force: true });
  const words = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...new Set(tests.map(({ testFile }) => testFile)),
    `--testNamePattern=${tests.map(({ test }) => `(?:^| )${pattern(test)}$`).join('|')}`,
    '--reporter=json',
    `--outputFile=${reportFile}`,
    `--testTimeout=60000`,
  ];
  const child = spawn(process.execPath, words, { cwd: root, stdio: 'ignore' });
  await once(child, 'close');
  const text = await readFile(reportFile, 'utf8').catch(() => '{"testResults": []}');
  return outcomes(root, tests, report.parse(JSON.parse(text)));
}

function outcomes(
  root: string,
  tests: readonly NamedTest[],
  { testResults }: z.infer<typeof report>,
): TestOutcome[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ title, status, failureMessages, duration }) => {
      if (status !== 'passed' && status !== 'failed') return [];
      const outcome = {
        testFile: name.slice(root.length + 1),
        test: title,
        status,
        failures: failureMessages,
        seconds: (duration ?? 0) / 1_000,
      } as const;
      return tests.some((test) => isOf(outcome, test)) ? [outcome] : [];
    }),
  );
}

/** Whether this is an outcome of the test, or of one of the tests that a test.each makes. */
export const isOf = (outcome: Pick<TestOutcome, 'testFile' | 'test'>, named: NamedTest): boolean =>
  outcome.testFile === named.testFile && new RegExp(`^${pattern(named.test)}$`).test(outcome.test);

/** A test's name as a regular expression; %s, %j, %i and $name stand for anything. */
const pattern = (name: string): string =>
  name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(/%[a-z]|\\\$\w+/g, '.*');
