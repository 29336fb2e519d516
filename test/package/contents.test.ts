// What is in the package: the compiled files that its entries reach, the SQL, and nothing else.
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { reachedFrom } from '#test/support/package/reached.ts';
import { packedOnce, type Tarball } from '#test/support/package/tarball.ts';
import { projectRoot } from '#test/support/project-root.ts';

let tarball: Tarball;
let sources: string[];
beforeAll(async () => {
  tarball = await packedOnce();
  sources = tarball.paths.filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path));
});

const textOf = (path: string) => readFile(join(tarball.unpacked, path), 'utf8');
const distinct = (names: readonly string[]) => [...new Set(names)].toSorted();

/** In bytes: a tenth more than there is, so that what gets in by mistake is noticed. */
const most = { packed: 1_900_000, unpacked: 6_200_000 };

test('has a README, a license, the program and dist/', () => {
  const outside = tarball.paths.filter((path) => !path.startsWith('dist/'));
  expect(outside).toEqual(['LICENSE', 'README.md', 'bin/millrace.js', 'package.json']);
});

test('has the folders that run somewhere else than in this repository', () => {
  const inside = tarball.paths.filter((path) => path.startsWith('dist/'));
  expect(distinct(inside.map((path) => path.split('/')[1] ?? ''))).toEqual([
    ...['bundling', 'cli', 'client', 'console', 'exports', 'functions', 'infra', 'local'],
    ...['migrations', 'queue', 'testing', 'webhook'],
  ]);
});

test('has compiled files with declarations and source maps, SQL for the migrator, and no other kind', () => {
  const kindOf = (path: string) => /\.(d\.ts|js\.map|[a-z]+)$/.exec(path)?.[1] ?? path;
  const modules = sources.filter((path) => path.endsWith('.js'));
  const others = tarball.paths.filter(
    (path) =>
      path.startsWith('dist/') && !modules.includes(path.replace(/(\.d\.ts|\.js(\.map)?)$/, '.js')),
  );
  for (const path of modules)
    for (const beside of [path.replace(/js$/, 'd.ts'), `${path}.map`])
      expect(tarball.paths).toContain(beside);
  expect(
    distinct(
      others.map((path) => `${dirname(path).split('/').slice(1, 3).join('/')} ${kindOf(path)}`),
    ),
  ).toEqual([
    'cli/template json',
    'cli/template sql',
    'cli/template ts',
    'console br',
    'console html',
    'console json',
    'console txt',
    'infra/cost json',
    'migrations/routines sql',
    'migrations/routines txt',
    'migrations/tables sql',
  ]);
});

test.each(['tables', 'routines'])('has the SQL of the checkout: %s', async (part) => {
  const written = join(projectRoot, 'migrations', part);
  const names = await readdir(written, { recursive: true });
  for (const name of names.filter((name) => extname(name) !== ''))
    expect(await textOf(join('dist/migrations', part, name))).toBe(
      await readFile(join(written, name), 'utf8'),
    );
});

test('has every file that its entries reach, and no other but for types', async () => {
  const { exports } = tarball.manifest;
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : Object.values(target),
  );
  // The program's own file chooses between the compiled one and a checkout's.
  const entries = [...targets, 'dist/cli/millrace.js'].map((path) => join(path));
  // Throws when one is missing.
  const { files } = await reachedFrom(
    entries.filter((path) => sources.includes(path)),
    textOf,
  );
  const module = (path: string) => path.replace(/(\.d\.ts|\.js)$/, '');
  const reached = new Set(files.map(module));
  const others = distinct(sources.map(module)).filter((name) => !reached.has(name));
  for (const name of others)
    expect((await textOf(`${name}.js`)).replace(/^\/\/.*\n?/gm, '').trim(), name).toBe(
      'export {};',
    );
  expect(others.length).toBeLessThan(reached.size / 10);
});

test('names its own files by relative paths', async () => {
  for (const path of sources) expect(await textOf(path), path).not.toMatch(/from\s*['"]#/);
});

test('knows no folder of the machine that made it', async () => {
  for (const path of tarball.paths) {
    const text = await textOf(path);
    for (const folder of [projectRoot, `${tmpdir()}/millrace`, 'file:///'])
      expect(text.includes(folder), `${path} has ${folder}`).toBe(false);
  }
});

test('brings source maps that contain their sources', async () => {
  for (const path of tarball.paths.filter((path) => path.endsWith('.map'))) {
    const { sources, sourcesContent, sourceRoot = '' } = JSON.parse(await textOf(path));
    expect(sourceRoot).toBe('');
    expect(sources, path).toEqual([expect.stringMatching(/^(\.\.\/)+[a-z].*\.ts$/)]);
    expect(sourcesContent, path).toEqual([expect.stringContaining('\n')]);
  }
});

test('is small', async () => {
  const packed = (await stat(tarball.file)).size;
  const sizes = await Promise.all(
    tarball.paths.map(async (path) => (await stat(join(tarball.unpacked, path))).size),
  );
  const unpacked = sizes.reduce((sum, size) => sum + size, 0);
  process.stdout.write(
    `package: ${tarball.paths.length} files, ${packed} bytes packed, ${unpacked} unpacked\n`,
  );
  expect(packed).toBeLessThan(most.packed);
  expect(unpacked).toBeLessThan(most.unpacked);
});
