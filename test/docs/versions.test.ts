// The table of versions: its last line is this checkout.
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { release } from '#queue/release.ts';

const page = await readFile('docs/versions.md', 'utf8');
const { version, engines, peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const rows = Array.from(
  page.matchAll(/^\| (\d+\.\d+\.\d+|next) +\| (\d{4}) +\| (\S+) +\|$/gm),
  ([, name = '', schema = '', serves = '']) => ({ name, schema, serves }),
);

test('ends with the version of package.json and the newest table file', async () => {
  expect(release).toBe(version);
  const released = rows.filter(({ name }) => name !== 'next');
  expect(released.at(-1)?.name).toBe(version);
  const [newest = ''] = (await readdir('migrations/tables')).sort().slice(-1);
  expect(rows.at(-1)?.schema).toBe(newest.slice(0, 4));
});

test('names each release once, after the one whose code its schema serves', () => {
  const names = rows.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const [first, ...later] = rows;
  expect(first?.serves).toBe(first?.name);
  expect(later.map(({ serves }) => serves)).toEqual(names.slice(0, -1));
  const schemas = rows.map(({ schema }) => schema);
  expect(schemas).toEqual(schemas.toSorted());
});

test('names the ranges that the package has for Node and for its peers', () => {
  const [, node] = /^>=(\d+)$/.exec(engines.node) ?? [];
  expect(page).toMatch(new RegExp(`^\\| Node +\\| ${node} and newer`, 'm'));
  for (const [name, range] of Object.entries<string>(peerDependencies))
    if (range !== '*') expect(page).toMatch(new RegExp(`^\\| ${name} +\\| \`\\${range}\``, 'm'));
});
