// The functions as the release before this checkout had them, built from the repository's history.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import type { FunctionName } from '#bundling/bundle-function.ts';
import { projectRoot } from '#test/support/project-root.ts';

const run = promisify(execFile);
const git = async (...words: string[]) =>
  (await run('git', ['-C', projectRoot, ...words])).stdout.trim();

// A hook that is registered while another one runs is never called, so this one stands here.
const checkouts: string[] = [];
afterAll(() => Promise.all(checkouts.map((folder) => rm(folder, { recursive: true }))));

/** Folders of the bundles by their functions' names. Removed after the file's last test. */
export async function buildPreviousRelease(): Promise<
  Record<'http' | 'consumer' | 'migrate', string>
> {
  const checkout = await mkdtemp(join(tmpdir(), 'millrace-previous-'));
  checkouts.push(checkout);
  await checkOut(await previousCommit(), checkout);
  const application = {
    registry: join(checkout, 'handlers/registry.ts'),
    migrations: join(checkout, 'handlers/tables'),
  };
  const { bundleFunction }: Bundling = await import(join(checkout, 'bundling/bundle-function.ts'));
  const bundle = (name: FunctionName) => {
    const folder = join(checkout, 'bundles', name);
    bundleFunction(name, application, folder);
    return folder;
  };
  return { http: bundle('http'), consumer: bundle('consumer'), migrate: bundle('migrate') };
}

/** That release's own way of bundling, with this checkout's packages. */
type Bundling = typeof import('#bundling/bundle-function.ts');

/** The newest tag before this commit; as long as none has an older schema, what was there before the first table file since. */
async function previousCommit(): Promise<string> {
  const tables = (await readdir(join(projectRoot, 'migrations/tables'))).sort();
  const inTables = (file = '') => join('migrations/tables', file);
  const tag = await git('describe', '--tags', '--abbrev=0', 'HEAD^').catch(() => '');
  const newest = inTables(tables.at(-1));
  if (tag && (await git('ls-tree', '--name-only', tag, '--', newest)) === '') return tag;
  const released = await releasedSchema();
  const first = inTables(tables.find((file) => file.slice(0, released.length) > released));
  // A table file that is not committed yet is newer than everything that is.
  const added = await git('log', '--diff-filter=A', '--format=%H', '--', first).catch(() => {
    throw new Error(
      'This test builds the release before this one from the history: it needs a git clone',
    );
  });
  const commit = added ? `${added.split('\n').at(-1)}^` : 'HEAD';
  return git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`).catch(() => {
    throw new Error(`This test needs the history back to ${commit}: git fetch --unshallow --tags`);
  });
}

/** The schema of the last line with a release's number in the table of versions, such as "0023". */
async function releasedSchema(): Promise<string> {
  const table = await readFile(join(projectRoot, 'docs/versions.md'), 'utf8');
  const lines = [...table.matchAll(/^\| \d+\.\d+\.\d+ +\| (\d{4}) /gm)];
  const [, schema] = lines.at(-1) ?? [];
  if (!schema) throw new Error('docs/versions.md has no line of a release');
  return schema;
}

async function checkOut(commit: string, folder: string): Promise<void> {
  const archive = join(folder, 'archive.tar');
  await git('archive', '--format=tar', `--output=${archive}`, commit);
  await run('tar', ['--extract', `--file=${archive}`, `--directory=${folder}`]);
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}
