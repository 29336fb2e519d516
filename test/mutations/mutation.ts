/** A fault that is put into the code on purpose, and the test that has to notice it. */
export interface Mutation {
  /** Unique among all mutations; `npm run mutate -- NAME` runs those whose names begin so. */
  readonly name: string;
  /** What the mutated code does wrong, and to whom, in a sentence. */
  readonly fault: string;
  /** Path of the mutated file from the root of the project. */
  readonly file: string;
  /** Exact text that the file has exactly once; a mutation whose text has moved on is an error and not a success. */
  readonly replace: string;
  readonly by: string;
  /** Path of the test file from the root of the project. */
  readonly testFile: string;
  /** Name of the test as its file spells it, without the names of `describe`; %s and the like of test.each included. */
  readonly test: string;
  /**
   * Text of the failure, where it is not an assertion: what the database refuses, or what a property-based test reports.
   * Any other error of the test counts as not noticed, since it may be a mutation that merely does not run.
   */
  readonly error?: string;
  /** One of the few that every check runs: its test takes less than a second or two. */
  readonly isQuick?: true;
}
