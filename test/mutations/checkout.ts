// A copy of this checkout that mutations may change. The checkout itself is never touched, so that a run that is killed
// in the middle leaves no fault behind, and so that one may go on writing code while it lasts.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Mutation } from './mutation.ts';

/** Copies what git tracks, and what it would track, with the changes that are not committed yet. */
export async function copyCheckout(from: string, to: string): Promise<void> {
  for (const file of await filesOf(from)) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file));
  }
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
}

/** Runs something while the mutation is in the checkout, and takes it out again. */
export async function withMutation<Answer>(
  root: string,
  mutation: Mutation,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const path = join(root, mutation.file);
  const text = await readFile(path, 'utf8');
  await writeFile(path, mutated(text, mutation));
  return run().finally(() => writeFile(path, text));
}

/** Throws when the text to replace is not there exactly once: the mutation would be another one than was meant. */
export function mutated(text: string, { name, file, replace, by }: Mutation): string {
  const [before, after, ...more] = text.split(replace);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(
      `mutation ${name}: ${file} must have the text to replace exactly once, it has it ${
        text.split(replace).length - 1
      } times`,
    );
  return before + by + after;
}

async function filesOf(root: string): Promise<string[]> {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const [listed, deleted] = await Promise.all([
    git(root, words),
    git(root, ['ls-files', '-z', '--deleted']),
  ]);
  return listed.filter((file) => !deleted.includes(file));
}

async function git(cwd: string, words: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', words, { cwd, maxBuffer: 2 ** 26 });
  return stdout.split('\0').filter((file) => file !== '');
}
