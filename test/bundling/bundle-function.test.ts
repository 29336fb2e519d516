// What applications have that the example has not: packages in CommonJS, aliases, another copy of Millrace.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { BundlingOptions } from '#bundling/bundle.ts';
import { bundleFunction, drivers } from '#bundling/bundle-function.ts';
import { DATABASE_URL } from '#functions/environment.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(folders.splice(0).map(removeFolder));
});

const millrace = JSON.stringify(join(projectRoot, 'exports/millrace.ts'));
const empty = `import { defineRegistry } from ${millrace};
export const registry = defineRegistry({ queues: [] });\n`;

/** An application of these files; answers its folder. */
function application(files: Readonly<Record<string, string>>): string {
  const folder = newFolder();
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Answers the bundle's text. */
function bundle(folder: string, options?: BundlingOptions): string {
  const registry = join(folder, 'registry.ts');
  bundleFunction('consumer', { registry, migrations: undefined }, join(folder, 'out'), options);
  return readFileSync(join(folder, 'out/index.mjs'), 'utf8');
}

async function handlerIn(folder: string): Promise<unknown> {
  vi.stubEnv(DATABASE_URL, 'postgresql://nobody:secret@127.0.0.1/nowhere');
  return (await import(pathToFileURL(join(folder, 'out/index.mjs')).href)).handler;
}

test('a CommonJS package gets the require that it calls, and nobody else pays for it', async () => {
  const plain = application({ 'registry.ts': empty });
  expect(bundle(plain)).not.toContain('createRequire');
  const folder = application({
    'registry.ts': `import { cpus } from 'old'; globalThis.oldCpus = cpus;\n${empty}`,
    'node_modules/old/package.json': '{"name":"old","main":"index.js"}',
    'node_modules/old/index.js': `exports.cpus = require('os').cpus().length;`,
  });
  bundle(folder);
  expect(await handlerIn(folder)).toBeTypeOf('function');
  expect(globalThis).toMatchObject({ oldCpus: expect.any(Number) });
});

test('the require of CommonJS packages leaves the application every name, however often it uses its own', () => {
  // The names that are used most are the shortest ones after minifying: each letter is one of these.
  const names = Array.from({ length: 60 }, (_, n) => `ownName${n}`);
  const uses = names.map((name) => `${name},`.repeat(3_000)).join('');
  const folder = application({
    'registry.ts': `import 'old';
      ${names.map((name) => `function ${name}() { return '${name}'; }`).join('\n')}
      globalThis.uses = [${uses}];\n${empty}`,
    'node_modules/old/package.json': '{"name":"old","main":"index.js"}',
    'node_modules/old/index.js': `exports.cpus = require('os').cpus().length;`,
  });
  bundle(folder);
  execFileSync(process.execPath, ['--check', join(folder, 'out/index.mjs')], { stdio: 'pipe' });
});

test('a native module is copied beside the bundle when the application says so, and required from there', () => {
  const folder = application({
    'registry.ts': `import native from './native.cjs';\nexport const registry = native;`,
    'native.cjs': `module.exports = require('./native.node');`,
    'native.node': 'machine code',
  });
  const text = bundle(folder, { loader: { '.node': 'copy' } });
  const copied = readdirSync(join(folder, 'out')).find((name) => name.endsWith('.node'));
  expect(copied).toBeDefined();
  expect(text.startsWith('import{createRequire as requireOf}')).toBe(true);
  expect(text.includes(`("./${copied}")`)).toBe(true);
});

test('aliases of the application’s own tsconfig.json lead where they lead its compiler', async () => {
  const folder = application({
    'tsconfig.json': '{"compilerOptions":{"paths":{"@shop/*":["./shop/*"]}}}',
    'registry.ts': `import '@shop/mark';\n${empty}`,
    'shop/mark.ts': `(globalThis as { shopMark?: string }).shopMark = 'read';`,
  });
  bundle(folder);
  await handlerIn(folder);
  expect(globalThis).toMatchObject({ shopMark: 'read' });
});

test('what is imported when it is first needed is a file of its own, and what nobody imports is none', () => {
  const folder = application({
    'registry.ts': `globalThis.later = () => import('./later.ts');\n${empty}`,
    'later.ts': `export const later = 'much later';`,
  });
  expect(bundle(folder)).not.toContain('much later');
  const files = readdirSync(join(folder, 'out'));
  expect(files.find((name) => /^later-\w+\.mjs$/.test(name))).toBeDefined();
  // The driver, which only sessions need.
  expect(files.find((name) => /^serverless-\w+\.mjs$/.test(name))).toBeDefined();
  const out = join(folder, 'http');
  const registry = join(folder, 'registry.ts');
  bundleFunction('http', { registry, migrations: undefined }, out);
  expect(readdirSync(out).filter((name) => name.startsWith('serverless-'))).toEqual([]);
});

test.each(drivers)('a bundle has one driver, and nothing of the other: %s', (driver) => {
  const folder = application({ 'registry.ts': empty });
  const has = { neon: /Neon-Connection-String/, pg: /SCRAM-SHA-256/ };
  for (const name of ['consumer', 'relaying-consumer', 'migrate'] as const) {
    const out = join(folder, name);
    const registry = join(folder, 'registry.ts');
    bundleFunction(name, { registry, migrations: undefined }, out, { driver });
    const files = readdirSync(out).filter((file) => file.endsWith('.mjs'));
    const text = readFileSync(join(out, 'index.mjs'), 'utf8');
    expect(has.pg.test(text)).toBe(driver === 'pg');
    // A migration has no statements but those of its session.
    expect(has.neon.test(text)).toBe(driver === 'neon' && name !== 'migrate');
    if (driver === 'pg') expect(files.filter((file) => file.startsWith('serverless-'))).toEqual([]);
  }
});

test('options of the application reach esbuild', () => {
  const folder = application({
    'registry.ts': `import text from './mail.txt';\nglobalThis.mail = text + SHOP;\n${empty}`,
    'mail.txt': 'Dear reader',
  });
  const text = bundle(folder, { loader: { '.txt': 'text' }, define: { SHOP: '"moby"' } });
  expect(text).toContain('Dear reader');
  expect(text).toContain('moby');
});

test('another copy of Millrace is refused: its reject() would be any error to this one', () => {
  const folder = application({
    'registry.ts': `import { reject } from 'millrace';\nglobalThis.out = reject;\n${empty}`,
    'node_modules/millrace/package.json': '{"name":"millrace","main":"queue/declare/ways-out.js"}',
    'node_modules/millrace/queue/declare/ways-out.js': 'export function reject() {}',
  });
  expect(() => bundle(folder)).toThrow(
    /^The application imports another copy of millrace .*node_modules\/millrace\/queue\/declare/,
  );
});

test('the migration has the SQL beside it, the application’s own under the name that the ledger knows', () => {
  const folder = application({ 'registry.ts': empty, 'sql/0001_shop.sql': 'create schema shop;' });
  const out = join(folder, 'out');
  const paths = { registry: join(folder, 'registry.ts'), migrations: join(folder, 'sql') };
  bundleFunction('migrate', paths, out);
  expect(readdirSync(join(out, 'handlers/tables'))).toEqual(['0001_shop.sql']);
  for (const part of ['migrations/tables', 'migrations/routines'])
    expect(readdirSync(join(out, part))).toEqual(readdirSync(join(projectRoot, part)));
});

test('a file that exports no registry is named', () => {
  const folder = application({ 'registry.ts': 'export const queues = [];' });
  expect(() => bundle(folder)).toThrow(
    /^\/.*registry.ts exports no registry; it needs: export const registry = defineRegistry/,
  );
});
