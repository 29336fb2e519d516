// What roles may call is told apart from what only routines call: by the folder, by its grant and by its comment.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { routines } from '#test/support/sql/routines.ts';

const folder = join(import.meta.dirname, '../../../migrations/routines');
const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.sql'));
const files = await Promise.all(
  paths.map(async (path) => ({
    path,
    name: basename(path, '.sql'),
    isInternal: path.includes('/internal/'),
    text: await readFile(join(folder, path), 'utf8'),
  })),
);
const db = await createDatabase();
const defined = await routines(db);
/** Granted to nobody: only the owner calls them. */
const ofTheOwner = [
  'copy_api_key',
  'create_api_key',
  'place',
  'rotate_api_key',
  'sync',
  'sync_groups',
];

test.each(files)('$path defines one routine, of its own name', ({ name, text }) => {
  const definitions = text.matchAll(/^create or replace (?:function|view) millrace\.(\w+)/gm);
  expect([...definitions].map(([, routine]) => routine)).toEqual([name]);
});

test('has a file for every routine in the database, and the other way round', () => {
  expect(defined.map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name).sort());
});

test.each(files.filter(({ isInternal }) => !isInternal))(
  '$path may be called by a role, and says what it does',
  ({ name, text }) => {
    const routine = defined.find((each) => each.name === name);
    expect(text.match(/^comment on /gm)).toHaveLength(1);
    expect(routine?.comment).toMatch(/^[A-Z].{40,}\.$/s);
    expect(routine?.grantees).not.toContain('public');
    expect(routine?.grantees.length === 0).toBe(ofTheOwner.includes(name));
  },
);

test.each(files.filter(({ isInternal }) => isInternal))(
  '$path is for other routines alone',
  ({ name }) => {
    expect(defined.find((each) => each.name === name)).toMatchObject({
      grantees: [],
      comment: null,
    });
  },
);

test.each(files.filter(({ isInternal }) => !isInternal))(
  '$path names the errors that it can raise, and no other',
  ({ name }) => {
    const comment = defined.find((each) => each.name === name)?.comment ?? '';
    expect([...new Set(comment.match(/MR\d{3}/g))].sort()).toEqual(errorsOf(name));
  },
);

/** The codes in a routine's text and in those of all that it calls. */
function errorsOf(name: string): string[] {
  const reached = new Set([name]);
  const codes = new Set<string>();
  for (const routine of reached) {
    const code = codeOf(routine);
    for (const [error] of code.matchAll(/MR\d{3}/g)) codes.add(error);
    for (const [, called = ''] of code.matchAll(/millrace\.(\w+)/g))
      if (files.some((file) => file.name === called)) reached.add(called);
  }
  return [...codes].sort();
}

/** Without comments, which speak of other routines and their errors too. */
const codeOf = (name: string): string =>
  (files.find((file) => file.name === name)?.text ?? '')
    .replaceAll(/^ *--.*$/gm, '')
    .replaceAll(/^comment on [\s\S]*?';$/gm, '');
