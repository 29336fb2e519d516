// npm run mutate: puts known faults into copies of the code, each alone in its copy, and demands of each that the test
// named for it fails by what it asserts. A test that passes although the code is wrong is no test.
//   npm run mutate                     all of them
//   npm run mutate -- --quick          the few that npm run check includes
//   npm run mutate -- claim settle-    those whose names begin so
import { availableParallelism } from 'node:os';
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
// One at a time left two fifths of two processors idle; more than two might make one miss its 30 seconds. Each has a copy of its
// own, since two faults in one copy would be a third.
const roots = Array.from({ length: Math.min(2, availableParallelism(), run.length) }, newFolder);
try {
  await Promise.all(roots.map((root) => copyCheckout(process.cwd(), root)));
  // Before anything that takes time: one that has lost its place would end the run.
  const [first = ''] = roots;
  for (const mutation of run) await withMutation(first, mutation, async () => {});
  await demandThatTestsPass(first);
  const unnoticed = await mutateEach();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const noticed = run.length - unnoticed.length;
  console.log(`\n${noticed} noticed, ${unnoticed.length} not noticed, in ${seconds} s`);
  process.exitCode = unnoticed.length === 0 ? 0 : 1;
} finally {
  await Promise.all(roots.map(removeFolder));
}

/** A test that fails anyway would notice everything. */
async function demandThatTestsPass(root: string): Promise<void> {
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
  // All copies take from one list, whichever is free.
  const waiting = run.values();
  const mutateNext = async (root: string) => {
    for (const mutation of waiting)
      if (!(await isNoticed(root, mutation))) unnoticed.push(mutation);
  };
  await Promise.all(roots.map(mutateNext));
  return unnoticed;
}

async function isNoticed(root: string, mutation: Mutation): Promise<boolean> {
  const begunAt = performance.now();
  const outcomes = await withMutation(root, mutation, () => runTests(root, [mutation]));
  const verdict = verdictOn(outcomes, mutation.error);
  console.log(line(mutation, verdict, (performance.now() - begunAt) / 1_000));
  if (verdict === 'noticed') return true;
  const reasons = outcomes.flatMap(({ failures }) => failures).map(withoutStack);
  const { fault, testFile, test } = mutation;
  console.log([fault, `${testFile}, ${test}`, ...reasons].map((text) => `  ${text}`).join('\n'));
  return false;
}

function withoutStack(failure: string): string {
  return failure.replaceAll(/\n {4}at .*/g, '');
}

function line({ name }: Mutation, verdict: Verdict, seconds: number): string {
  return `${verdict.padEnd(10)}${`${seconds.toFixed(1)} s`.padStart(8)}  ${name}`;
}
