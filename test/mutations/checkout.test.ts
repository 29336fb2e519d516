import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { copyCheckout, withMutation } from './checkout.ts';
import type { Mutation } from './mutation.ts';

const mutation: Mutation = {
  name: 'one-too-many',
  fault: 'Counts one too many.',
  file: 'count.ts',
  replace: 'n < 3',
  by: 'n <= 3',
  testFile: 'count.test.ts',
  test: 'counts to three',
};

/** A checkout of one file that is committed and one that is not yet, and the copy of it. */
async function copied(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mutation-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [root, copy] = [join(folder, 'root'), join(folder, 'copy')];
  const git = (...words: string[]) => promisify(execFile)('git', words, { cwd: root });
  await mkdir(join(root, 'node_modules'), { recursive: true });
  await writeFile(join(root, 'count.ts'), 'as it was committed');
  await git('init', '--quiet');
  await git('add', 'count.ts');
  await writeFile(join(root, 'count.ts'), text);
  await writeFile(join(root, 'new.ts'), 'not added yet');
  await copyCheckout(root, copy);
  const read = (place: string) => readFile(join(place, 'count.ts'), 'utf8');
  return { root, copy, read };
}

test('has what the working tree has, and its packages', async () => {
  const { copy, read } = await copied('for n < 3');
  expect(await read(copy)).toBe('for n < 3');
  expect(await readFile(join(copy, 'new.ts'), 'utf8')).toBe('not added yet');
});

test('is mutated while the tests run, and the working tree never is', async () => {
  const { root, copy, read } = await copied('for n < 3');
  const seen = await withMutation(copy, mutation, async () => [await read(copy), await read(root)]);
  expect(seen).toEqual(['for n <= 3', 'for n < 3']);
  expect(await read(copy)).toBe('for n < 3');
});

test('is itself again after tests that could not run', async () => {
  const { copy, read } = await copied('for n < 3');
  const failing = withMutation(copy, mutation, () => Promise.reject(new Error('no tests')));
  await expect(failing).rejects.toThrow('no tests');
  expect(await read(copy)).toBe('for n < 3');
});

test.each(['for n < 4', 'n < 3 and n < 3'])('has no place for a mutation in "%s"', async (text) => {
  const { copy } = await copied(text);
  const mutating = withMutation(copy, mutation, async () => undefined);
  await expect(mutating).rejects.toThrow('one-too-many: count.ts must have the text');
});
