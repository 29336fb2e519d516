// The end of a test run: what it could not test and why, its slowest tests, and as the very last line "N passed, N failed",
// for people and for scripts that read nothing else.
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { slowestTests, type TimedTest } from './slowest-tests.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export default class ClosingLineReporter implements Reporter {
  private counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  private timed: TimedTest[] = [];
  private skipped: string[] = [];

  onInit(): void {
    // Printed when the process ends, because vitest may still complain after its last report.
    process.once('exit', (code) => {
      const lines = [...this.skipped, ...slowestTests(this.timed), closingLine(this.counts, code)];
      console.log(lines.join('\n'));
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(module, this.counts);
    this.timed = modules.flatMap(timedTests);
    this.skipped = modules.flatMap(skippedTests);
  }
}

function countModule(module: TestModule, counts: Counts): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state !== 'pending') counts[state] += 1;
  }
  // A file that does not load, or a hook that throws, fails no test of its own.
  const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length);
  counts.failed += broken.length;
}

function timedTests(module: TestModule): TimedTest[] {
  return [...module.children.allTests()].map((test) => ({
    file: module.relativeModuleId,
    name: test.fullName,
    ms: test.diagnostic()?.duration ?? 0,
  }));
}

/** Those that skipped themselves, each with its reason. */
function skippedTests(module: TestModule): string[] {
  return [...module.children.allTests('skipped')].flatMap((test) => {
    const result = test.result();
    const reason = result.state === 'skipped' ? result.note : undefined;
    return reason ? [`Skipped ${module.relativeModuleId} > ${test.fullName}: ${reason}`] : [];
  });
}

/** A run that ends with an error has failed, even when no test says so: a broken setup, no test found. */
export function closingLine({ passed, failed, skipped }: Counts, exitCode: number): string {
  const failures = exitCode === 0 ? failed : Math.max(failed, 1);
  return `${passed} passed, ${failures} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
