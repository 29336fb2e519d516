// The console as it is served: small, hashed, and only of what it needs.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { bundleConsole } from '#bundling/bundle-console.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const folder = newFolder();
// Of a make before this one.
await mkdir(folder);
await writeFile(join(folder, 'main-OLD.js.br'), '');
bundleConsole(folder);
afterAll(() => removeFolder(folder));

const page = await readFile(join(folder, 'index.html'), 'utf8');
const names = await readdir(folder);
const assets = new Map<string, Buffer>();
for (const name of names.filter((name) => name.endsWith('.br')))
  assets.set(name.slice(0, -3), brotliDecompressSync(await readFile(join(folder, name))));

/** In bytes, all of it by gzip. */
const most = 80_000;

test('is small', () => {
  const sizes = [...assets.values(), Buffer.from(page)].map((text) => gzipSync(text).length);
  const gzipped = sizes.reduce((sum, size) => sum + size, 0);
  const first = firstView().map((name) => gzipSync(assets.get(name) ?? '').length);
  process.stdout.write(
    `console: ${assets.size} files, ${gzipped} bytes by gzip in all, ${first.reduce((sum, size) => sum + size, 0)} before the first page\n`,
  );
  expect(gzipped).toBeLessThanOrEqual(most);
});

test('has a page and what it names, no source map, and nothing of another make', () => {
  expect([...assets.keys()].filter((name) => !/^[\w-]+-[A-Z0-9]{8}\.(js|css)$/.test(name))).toEqual(
    [],
  );
  expect(names.filter((name) => !name.endsWith('.br'))).toEqual([
    'LICENSES.txt',
    'headers.json',
    'index.html',
  ]);
  for (const name of firstView()) expect([...assets.keys()]).toContain(name);
  for (const [name, text] of assets)
    expect(text.toString(), name).not.toContain('sourceMappingURL');
});

test('loads charts only where one is', () => {
  const withCharts = [...assets].filter(([, text]) => text.includes('u-over'));
  expect(withCharts.map(([name]) => name).filter((name) => name.endsWith('.js'))).not.toEqual([]);
  for (const [name] of withCharts)
    if (name.endsWith('.js')) expect(firstView()).not.toContain(name);
});

test('brings the licenses of what it is made of', async () => {
  const text = await readFile(join(folder, 'LICENSES.txt'), 'utf8');
  const named = ['@preact/signals', '@preact/signals-core', 'preact', 'preact-iso', 'uplot'];
  expect(Array.from(text.matchAll(/^(\S+)\n\n(?:The )?MIT License/gm), ([, name]) => name)).toEqual(
    named,
  );
});

test('names no other host', () => {
  for (const [name, text] of assets) {
    const urls = text.toString().match(/https?:\/\/[^\s"'`)]+/g) ?? [];
    // Names of XML's kinds of elements, and where an error of the router sends its author.
    const known = /^(http:\/\/www\.w3\.org\/|https:\/\/github\.com\/preactjs\/)/;
    expect(
      urls.filter((url) => !known.test(url)),
      name,
    ).toEqual([]);
  }
});

/** What comes with the page, before its script asks for more. */
function firstView(): string[] {
  return Array.from(page.matchAll(/\/console\/assets\/([^"]+)/g), ([, name = '']) => name);
}
