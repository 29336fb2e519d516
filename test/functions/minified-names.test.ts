// Bundles are minified, and Lambda's runtime logs an error by the name of its class. So every class of errors has its name as a
// literal, which no minifier touches.
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const declaration = /class (\w+) extends \w*Error\b/g;

/** The files that declare classes of errors and end up in a bundle, with the names of these. */
async function errorFiles(): Promise<Map<string, string[]>> {
  const files = new Map<string, string[]>();
  for await (const file of glob('{functions,handlers,migrations,queue}/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8');
    const names = Array.from(text.matchAll(declaration), ([, name = '']) => name);
    if (names.length > 0) files.set(file, names);
  }
  return files;
}

/** A module with everything that the files export, minified as the functions are. */
async function minified(files: Iterable<string>): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-minified-'));
  const entry = Array.from(files, (file) => `export * from ${JSON.stringify(join(root, file))};`);
  const [source, bundle] = [join(folder, 'all.ts'), join(folder, 'all.mjs')];
  await writeFile(source, entry.join('\n'));
  const { mainFields, target } = { mainFields: ['module', 'main'], target: 'node24' };
  const options = { bundle: true, minify: true, platform: 'node', format: 'esm' } as const;
  buildSync({
    ...options,
    mainFields,
    target,
    entryPoints: [source],
    outfile: bundle,
    absWorkingDir: root,
    alias: { '#queue': join(root, 'queue'), '#functions': join(root, 'functions') },
    logLevel: 'error',
  });
  const exported = await import(pathToFileURL(bundle).href);
  await rm(folder, { recursive: true });
  return exported;
}

test('classes of errors have their own names in a minified bundle', async () => {
  const files = await errorFiles();
  const exported = await minified(files.keys());
  const classes = [...files.values()].flat().filter((name) => name in exported);
  expect(classes).toContain('NoAnswer');
  const names = classes.map((name) => (exported[name] as { name: string }).name);
  expect(names).toEqual(classes);
});

test('an error that a function throws has the name of its class in all places where a runtime looks', async () => {
  const exported = await minified(['queue/errors.ts']);
  const { NoAnswer } = exported as Pick<typeof import('#queue/errors.ts'), 'NoAnswer'>;
  const error = new NoAnswer();
  expect([error.name, error.constructor.name, String(error).split(':')[0]]).toEqual(
    Array(3).fill('NoAnswer'),
  );
});

test('every class of errors says its name, also one that only its own file knows', async () => {
  const missing: string[] = [];
  for (const [file, names] of await errorFiles()) {
    const text = await readFile(join(root, file), 'utf8');
    for (const name of names) {
      const [, body = ''] = text.split(new RegExp(`class ${name} extends \\w+ \\{`));
      if (!/^\s+(\/\*\*.*\*\/\s+)?static override readonly name(: string)? = '\w+';/.test(body))
        missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
});
