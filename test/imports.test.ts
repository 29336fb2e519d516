// The law of imports: which wing may import which. The linter enforces it. Here it lints an import in every direction,
// so that a pattern that matches nothing cannot pass for a law, and no folder with code can stay without one.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

const declared = ['queue/declare/queue', 'queue/declare/timing/rule'];
const belowRoutines = ['queue/log', 'queue/database', ...declared];
const belowWings = [...belowRoutines, 'queue/routines/enqueue'];
const belowHttp = [
  ...belowWings,
  'queue/operate/status',
  'functions/runtime/settings',
  'functions/aws/parameter',
  'functions/wake/arm',
];
const httpBase = [...belowHttp, 'functions/http/api'];
const engine = [
  ...belowWings,
  'queue/operate/status',
  'queue/produce/enqueue',
  'queue/handle/handle',
  'queue/drain/drain',
  'queue/drain/figures',
];
const httpWings = [
  'functions/http/read/uuid',
  'functions/http/caller/authenticate',
  'functions/http/enqueue/message',
  'functions/http/openapi/document',
  'functions/http/routes/health',
];
const belowInfra = ['functions/environment', 'functions/cors', 'aws-cdk-lib/aws-sns'];
const functionWings = [
  'functions/runtime/settings',
  'functions/aws/parameter',
  'functions/wake/arm',
  'functions/figures/figures',
  'functions/http',
  'functions/http/api',
  'functions/http/app',
  'functions/http/database-problems',
  'functions/http/method-not-allowed',
  ...httpWings,
];
const infraWings = [
  'infra/function/a',
  'infra/consumer/a',
  'infra/api/a',
  'infra/migration/a',
  'infra/watch/a',
];
const localWings = [
  'local/aws/a',
  'local/gateway/a',
  'local/loopback/a',
  'local/neon/a',
  'local/postgres/a',
  'local/project/a',
];

// One law for all of it.
const consoleWings = await foldersWithCode(['console']);

/** By wing: which of all modules below it may import. Those of its own folder are imported as `./file.ts`. */
const law: Readonly<Record<string, readonly string[]>> = {
  queue: [],
  'queue/declare': belowRoutines,
  'queue/declare/timing': belowRoutines,
  'queue/routines': belowRoutines,
  'queue/operate': [...belowWings, 'client/client'],
  'queue/produce': belowWings,
  'queue/handle': belowWings,
  'queue/drain': [...belowWings, 'queue/handle/handle'],
  handlers: ['millrace'],
  bundling: [],
  client: [],
  ...Object.fromEntries(consoleWings.map((wing) => [wing, ['client/client', 'console/a']])),
  cli: ['local/server'],
  'cli/init': ['local/server', 'local/project/a', 'bundling/a'],
  'cli/template/infra': ['aws-cdk-lib/aws-sns'],
  'cli/template/queue': [],
  exports: [
    ...engine,
    ...functionWings,
    ...infraWings,
    'functions/environment',
    'functions/metrics',
    'functions/cors',
    'infra/app',
    'infra/cost/prices',
    'migrations/migrate',
    'bundling/a',
    'client/client',
    'testing/kit',
  ],
  migrations: belowWings,
  functions: [
    ...engine,
    'functions/runtime/settings',
    'functions/aws/parameter',
    'functions/wake/arm',
    'functions/figures/figures',
    'functions/http/api',
    'functions/http/app',
    'functions/http/database-problems',
    'functions/http/method-not-allowed',
    ...httpWings,
    'migrations/migrate',
  ],
  'functions/aws': ['functions/environment'],
  'functions/runtime': [
    'functions/aws/parameter',
    'queue/log',
    'queue/database',
    'queue/routines/enqueue',
    'functions/environment',
  ],
  'functions/figures': [
    'functions/environment',
    'functions/metrics',
    'functions/runtime/settings',
    'queue/log',
    'queue/database',
    'queue/routines/enqueue',
    'queue/drain/figures',
  ],
  'functions/wake': [
    'functions/environment',
    'functions/aws/parameter',
    'functions/runtime/settings',
    ...belowWings,
  ],
  'functions/http': belowHttp,
  'functions/http/read': httpBase,
  'functions/http/caller': [...httpBase, 'functions/http/read/uuid'],
  'functions/http/enqueue': [...httpBase, 'functions/http/read/uuid'],
  'functions/http/console': [
    ...httpBase,
    'functions/http/method-not-allowed',
    'functions/http/read/uuid',
  ],
  'functions/http/openapi': [...httpBase, 'functions/http/read/uuid'],
  'functions/http/routes': [
    ...httpBase,
    'client/client',
    'functions/http/database-problems',
    'functions/http/read/uuid',
    'functions/http/enqueue/message',
    'functions/http/openapi/document',
  ],
  infra: [...belowInfra, 'bundling/a', ...infraWings],
  'infra/function': [...belowInfra, 'bundling/a'],
  'infra/consumer': [...belowInfra, 'infra/function/a'],
  'infra/api': [...belowInfra, 'infra/function/a'],
  'infra/migration': [...belowInfra, 'infra/function/a'],
  'infra/cost': [],
  'infra/watch': [
    ...belowInfra,
    'functions/metrics',
    'infra/function/a',
    'infra/consumer/a',
    'infra/api/a',
    'infra/cost/prices',
  ],
  'local/loopback': ['pg'],
  'local/aws': ['local/loopback/a', 'pg'],
  'local/postgres': ['local/loopback/a', 'local/project/a', 'pg'],
  'local/project': [],
  'local/neon': ['local/loopback/a', 'pg'],
  'local/gateway': ['local/loopback/a', 'pg'],
  local: [
    'functions/environment',
    'functions/metrics',
    'functions/cors',
    'functions/http',
    ...localWings,
    'bundling/a',
    'queue/log',
    'queue/database',
    ...declared,
    'queue/operate/status',
    'pg',
  ],
  'local/demo': ['local/server', 'queue/log', 'queue/database', 'queue/routines/enqueue', 'pg'],
  testing: [...engine, 'local/server', 'migrations/migrate', 'pg'],
};

/** A module of each wing, and the packages that only some may import. */
const modules = [...new Set(Object.values(law).flat())];
const forNobody = [
  'testing/kit',
  'handlers/registry',
  'exports/millrace',
  'cli/millrace',
  'test/x',
  'infra/app',
  'local/demo/demo',
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
    ...['bundling', 'exports', 'cli', 'client', 'console'],
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

async function foldersWithCode(tops: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    tops.map(async (top) => {
      const names = await readdir(join(root, top), { recursive: true });
      return names.filter((name) => /\.tsx?$/.test(name)).map((name) => dirname(join(top, name)));
    }),
  );
  return [...new Set(files.flat())].sort();
}
