// Whether every mutation still says what it means: code moves on, and tests get other names.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated } from './checkout.ts';
import { mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');

test.each(mutations)('$name finds its place and its test', async (mutation) => {
  const text = await readFile(join(root, mutation.file), 'utf8');
  expect(mutated(text, mutation)).not.toBe(text);
  const testFile = await readFile(join(root, mutation.testFile), 'utf8');
  // Whole, as the file spells it: a part of a title runs no test.
  const titles = Array.from(`'"\``, (quote) => `${quote}${mutation.test}${quote}`);
  expect(titles.some((title) => testFile.includes(title))).toBe(true);
});

test('have names of their own', () => {
  const names = mutations.map(({ name }) => name);
  expect([...new Set(names)]).toEqual(names);
});
