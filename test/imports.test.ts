// The law of imports: which wing may import which. The linter enforces it. Here it lints an import in every direction,
// so that a pattern that matches nothing cannot pass for a law, and no folder with code can stay without one.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldersWithCode } from './support/folders-with-code.ts';
import { law } from './support/law-of-imports.ts';

const root = join(import.meta.dirname, '..');

/** A module of each wing, and the packages that only some may import. */
const modules = [...new Set(Object.values(law).flat())];
const forNobody = [
  'testing/kit',
  'handlers/registry',
  'exports/millrace',
  'test/x',
  'infra/app',
  '@aws-sdk/client-ssm',
  '@neondatabase/serverless',
];
const candidates = [...modules, ...forNobody].sort();

let folder: string;
let refused: ReadonlySet<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-imports-'));
  await copyFile(join(root, 'biome.imports.json'), join(folder, 'biome.imports.json'));
  const config = { extends: ['./biome.imports.json'], linter: { rules: { preset: 'none' } } };
  await writeFile(join(folder, 'biome.json'), JSON.stringify(config));
  for (const wing of Object.keys(law)) await writeProbe(wing);
  refused = await lint();
});

afterAll(() => rm(folder, { recursive: true }));

test('no folder with code is without a law', async () => {
  const tops = [
    ...['queue', 'handlers', 'migrations', 'functions', 'infra', 'local', 'testing'],
    ...['bundling', 'exports', 'cli', 'client', 'console', 'examples', 'webhook'],
  ];
  expect(Object.keys(law).sort()).toEqual(await foldersWithCode(tops));
});

test.each(Object.entries(law))(
  '%s imports what the law allows, and nothing else',
  (wing, allowed) => {
    const passed = candidates.filter((_, n) => !refused.has(`${wing}:${n + 1}`));
    expect(passed).toEqual(candidates.filter((name) => allowed.includes(name)));
    expect(refused).toContain(`${wing}:${candidates.length + 1}`);
  },
);

test('the linter knows the law', async () => {
  const config = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  expect(config.extends).toEqual(['./biome.imports.json']);
  // A rule that is configured anew for the same files takes the place of the law.
  expect(JSON.stringify(config)).not.toContain('noRestrictedImports');
});

const openers = ['node:http', 'node:net'];

test.each(['local', 'local/aws', 'local/demo', 'local/gateway', 'local/neon', 'local/postgres'])(
  '%s opens no server but those that refuse web pages',
  (wing) => {
    for (const n of openers.keys())
      expect(refused).toContain(`${wing}:${candidates.length + 2 + n}`);
  },
);

const isPackage = (name: string) => /^(@|pg$|aws-)/.test(name);

function specifierOf(name: string): string {
  if (name === 'millrace') return '#millrace';
  return isPackage(name) ? name : `#${name}.ts`;
}

/** A file with one import on each line; the last ones are a relative path across folders, and servers. */
async function writeProbe(wing: string): Promise<void> {
  const imports = candidates.map((name) => `import type { Database } from '${specifierOf(name)}';`);
  const lines = [
    ...imports,
    `import type { Log } from '../log.ts';`,
    ...openers.map((name) => `import { createServer } from '${name}';`),
  ];
  await mkdir(join(folder, wing), { recursive: true });
  // The console's files are .tsx as often as not, and the law is for both.
  const probe = wing.startsWith('console') ? 'probe.tsx' : 'probe.ts';
  await writeFile(join(folder, wing, probe), lines.join('\n'));
}

/** What the linter refuses, as "wing:line". */
async function lint(): Promise<ReadonlySet<string>> {
  const biome = join(root, 'node_modules/.bin/biome');
  const words = ['lint', '--reporter=github', '--max-diagnostics=none', '.'];
  const { promise, resolve } = Promise.withResolvers<string>();
  // It exits with 1, since it finds what it is to find.
  execFile(biome, words, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
  const found = (await promise).matchAll(
    /noRestrictedImports,file=[^,]*millrace-imports-\w+\/([^,]+)\/probe\.tsx?,line=(\d+)/g,
  );
  return new Set(Array.from(found, ([, wing, line]) => `${wing}:${line}`));
}
