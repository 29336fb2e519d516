// What a page names exists: files and folders in backticks, and whatever it calls millrace.something.
import { globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const pages = [
  // A changelog tells of what is gone, too.
  ...(await readdir(root)).filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md'),
  ...globSync('docs/**/*.md', { cwd: root }),
];

const exclude = ['**/node_modules', '**/cdk.out', '.git', '.millrace'];
const paths = new Set(globSync('**/*', { cwd: root, exclude }));
const topFolders = [...paths].filter((path) => !path.includes('/'));
const basenames = new Set([...paths].map((path) => basename(path)));

const sqlFiles = [...paths].filter((path) => /^migrations\/.*\.sql$/.test(path));
const sql = await Promise.all(sqlFiles.map((path) => readFile(join(root, path), 'utf8')));
const defined = new Set(
  [...sql.join('\n').matchAll(/^create [a-z ]*\bmillrace\.(\w+)/gm)].map(([, name]) => name),
);
// Of the migrator's own, and the example names of advisory locks.
defined.add('migration').add('migrate');

test.each(pages)('%s names files and folders that exist', async (page) => {
  const text = await readFile(join(root, page), 'utf8');
  // Files that the page itself shows, and those that a command in it says to have created, with their folders.
  const shown = text.matchAll(/^(?:\/\/|--|created +) ?(\S+\.\w+)$/gm);
  const own = [...shown].flatMap(([, path = '']) => [path, `${path.split('/')[0]}/`]);
  const missing = [...withoutFences(text).matchAll(/`([^`\s]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => isOurs(name) && !own.includes(name) && !exists(name));
  expect(missing).toEqual([]);
});

test.each(pages)('%s names SQL routines, tables and types that exist', async (page) => {
  const text = withoutPrinted(await readFile(join(root, page), 'utf8'));
  const named = [...text.matchAll(/(?<![\w/.-])millrace\.([a-z_]\w*)/g)].map(([, name]) => name);
  expect(named.filter((name) => !defined.has(name))).toEqual([]);
});

// Whoever changes a row by hand leaves no line in the audit.
test.each(pages)('%s changes rows of Millrace by its routines', async (page) => {
  const text = await readFile(join(root, page), 'utf8');
  const changes = /\b(?:update|insert into|delete from|truncate(?: table)?) +millrace\.\w+/gi;
  expect(text.match(changes) ?? []).toEqual([]);
});

/** A path from one of our folders, a file's bare name, or a folder's. */
function isOurs(name: string): boolean {
  if (/[*…<>${}()'"]/.test(name) || /^([./]|https?:)/.test(name)) return false;
  const [first = ''] = name.replace(/^#/, '').split('/');
  return topFolders.includes(first) || /^[\w/.-]+\.(ts|sql|md)$|^[\w-]+\/$/.test(name);
}

function exists(name: string): boolean {
  const path = name.replace(/^#/, '').replace(/\/$/, '');
  return path.includes('/') ? paths.has(path) : basenames.has(path);
}

const withoutFences = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

/** Output that was printed elsewhere may quote a mistake. */
const withoutPrinted = (text: string) => text.replaceAll(/^```text not-run[\s\S]*?^```$/gm, '');
