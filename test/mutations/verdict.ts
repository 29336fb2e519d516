// What the outcome of a test under a mutation means.
import type { TestOutcome } from './run-tests.ts';

export type Verdict =
  | 'noticed'
  /** The test passes although the code is wrong. */
  | 'survived'
  /** The test hangs until it is given up: it costs minutes, and on a slow machine it says nothing. */
  | 'timed out'
  /** The test fails by something else than what it asserts, so the mutation may just be code that does not run. */
  | 'broke'
  /** The test did not run: the mutated code does not load or migrate, or no test has this name. */
  | 'not run';

/** Of a test that runs for several values one is enough. `error` is that of the mutation. */
export function verdictOn(outcomes: readonly TestOutcome[], error?: string): Verdict {
  if (outcomes.length === 0) return 'not run';
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return 'survived';
  const inTime = failed.filter((outcome) => !isTimeout(outcome));
  if (inTime.length === 0) return 'timed out';
  const failures = inTime.flatMap(({ failures }) => failures);
  return failures.some((failure) => isExpected(failure, error)) ? 'noticed' : 'broke';
}

const isExpected = (failure: string, error: string | undefined): boolean =>
  error ? failure.includes(error) : assertion.test(failure);

/** Of expect(), and of its `rejects` and `resolves`. */
const assertion = /^(AssertionError: |Error: promise (resolved|rejected) )/;

/** A polling that gives up throws the assertion that it tried last, so its duration alone tells that it is one. */
const isTimeout = ({ failures, seconds }: TestOutcome): boolean =>
  seconds > 30 ||
  failures.some((failure) => /timed out in \d+ms|due to (lock|statement) timeout/.test(failure));
