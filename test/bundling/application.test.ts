import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findApplication } from '#bundling/application.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const before = process.cwd();
const folders: string[] = [];
afterEach(async () => {
  process.chdir(before);
  await Promise.all(folders.splice(0).map(removeFolder));
});

/** The working directory, with these files in it. */
function enter(...files: string[]): string {
  const folder = newFolder();
  folders.push(folder);
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  process.chdir(folder);
  return process.cwd();
}

test.each([
  [['src/queue/registry.ts', 'queue/registry.ts'], 'src/queue/registry.ts'],
  [['queue/registry.ts', 'handlers/registry.ts'], 'queue/registry.ts'],
  [['handlers/registry.ts'], 'handlers/registry.ts'],
])('of %j it takes %s', (files, found) => {
  const folder = enter(...files);
  expect(findApplication({})).toEqual({ registry: join(folder, found), migrations: undefined });
});

test('tables beside the registry are the application’s, unless it says otherwise', () => {
  const folder = enter('queue/registry.ts', 'queue/tables/0001_a.sql', 'db/0001_b.sql');
  const registry = join(folder, 'queue/registry.ts');
  expect(findApplication({})).toEqual({ registry, migrations: join(folder, 'queue/tables') });
  expect(findApplication({ migrations: 'db' })).toEqual({
    registry,
    migrations: join(folder, 'db'),
  });
});

test.each([
  [{}, /^No registry was given, and .* has none of src\/queue\/registry.ts, queue\/registry.ts,/],
  [{ registry: 'no.ts' }, /^registry is the path of the file that exports .*no file .*\/no.ts$/],
  [{ registry: 'db' }, /^registry is the path of the file that exports .*no file .*\/db$/],
  [{ registry: 'r.ts', migrations: 'no' }, /^migrations is the folder .*no folder .*\/no$/],
  [{ registry: 'r.ts', migrations: 'r.ts' }, /^migrations is the folder .*no folder .*\/r.ts$/],
])('%j is refused with what was expected', (paths, sentence) => {
  enter('r.ts', 'db/0001_b.sql');
  expect(() => findApplication(paths)).toThrow(sentence);
});
