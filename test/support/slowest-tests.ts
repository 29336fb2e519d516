// Where the time of a run goes: its slowest tests, so that a test that has become slow is noticed in the same run.

export interface TimedTest {
  readonly file: string;
  readonly name: string;
  readonly ms: number;
}

const most = 10;
/** Runs of a few quick tests say nothing. */
const leastMs = 500;

/** A heading and a line for each of the ten slowest tests, the slowest first. Empty when all of them are quick. */
export function slowestTests(tests: readonly TimedTest[]): string[] {
  const slowest = tests
    .filter(({ ms }) => ms >= leastMs)
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, most)
    .map(({ file, name, ms }) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${file} > ${name}`);
  return slowest.length > 0 ? ['Slowest tests:', ...slowest, ''] : [];
}
