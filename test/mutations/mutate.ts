// npm run mutate: puts known faults into a copy of the code, one after the other, and demands of each that the test
// named for it fails by what it asserts. A test that passes although the code is wrong is no test.
//   npm run mutate                     all of them
//   npm run mutate -- --quick          the few that npm run check includes
//   npm run mutate -- claim settle-    those whose names begin so
import { newFolder, removeFolder, removeStaleFolders } from '#test/support/folder.ts';
import { copyCheckout, withMutation } from './checkout.ts';
import { chosen } from './chosen.ts';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { isOf, runTests } from './run-tests.ts';
import { type Verdict, verdictOn } from './verdict.ts';

const startedAt = performance.now();
const run = chosen(mutations, process.argv.slice(2));
await removeStaleFolders();
const root = newFolder();
try {
  await copyCheckout(process.cwd(), root);
  // Before anything that takes time: one that has lost its place would end the run.
  for (const mutation of run) await withMutation(root, mutation, async () => {});
  await demandThatTestsPass();
  const unnoticed = await mutateEach();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const noticed = run.length - unnoticed.length;
  console.log(`\n${noticed} noticed, ${unnoticed.length} not noticed, in ${seconds} s`);
  process.exitCode = unnoticed.length === 0 ? 0 : 1;
} finally {
  await removeFolder(root);
}

/** A test that fails anyway would notice everything. */
async function demandThatTestsPass(): Promise<void> {
  const outcomes = await runTests(root, run);
  for (const { name, testFile, test } of run) {
    const own = outcomes.filter((outcome) => isOf(outcome, { testFile, test }));
    const verdict = verdictOn(own);
    if (verdict !== 'survived')
      throw new Error(`${name}: without the mutation its test is ${verdict}: ${testFile}, ${test}`);
  }
  console.log(`The tests of ${run.length} mutations pass without them.\n`);
}

async function mutateEach(): Promise<Mutation[]> {
  const unnoticed: Mutation[] = [];
  for (const mutation of run) {
    const begunAt = performance.now();
    const outcomes = await withMutation(root, mutation, () => runTests(root, [mutation]));
    const verdict = verdictOn(outcomes, mutation.error);
    console.log(line(mutation, verdict, (performance.now() - begunAt) / 1_000));
    if (verdict === 'noticed') continue;
    unnoticed.push(mutation);
    const reasons = outcomes.flatMap(({ failures }) => failures).map(withoutStack);
    const { fault, testFile, test } = mutation;
    console.log([fault, `${testFile}, ${test}`, ...reasons].map((text) => `  ${text}`).join('\n'));
  }
  return unnoticed;
}

function withoutStack(failure: string): string {
  return failure.replaceAll(/\n {4}at .*/g, '');
}

function line({ name }: Mutation, verdict: Verdict, seconds: number): string {
  return `${verdict.padEnd(10)}${`${seconds.toFixed(1)} s`.padStart(8)}  ${name}`;
}
