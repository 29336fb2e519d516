// A small repository on which real npm versions are run, with the release script of this checkout.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

interface Run {
  readonly failed: boolean;
  readonly output: string;
}

export interface ReleaseRepository {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Writes them and commits. */
  commit(files: Readonly<Record<string, string>>): Promise<void>;
  git(...words: string[]): Promise<string>;
  /** A step of the release script by itself. */
  step(name: string, environment?: Readonly<Record<string, string>>): Promise<Run>;
  npmVersion(kind: string): Promise<Run>;
}

const script = join(import.meta.dirname, '../../../.ci/release.ts');
const step = (name: string) => `"${process.execPath}" "${script}" ${name}`;

export const changelog = `# Changelog

All notable changes.

## [Unreleased]

### Added

- Messages.
`;

const versions = `# Versions

| package | schema | serves code of |
| ------- | ------ | -------------- |
| 0.1.0   | 0001   | 0.1.0          |

What it promises.
`;

const files = {
  'package.json': JSON.stringify({
    name: 'millrace',
    version: '0.1.0',
    repository: { type: 'git', url: 'git+https://github.com/millrace/millrace.git' },
    scripts: {
      check: `echo everything was checked`,
      preversion: step('preversion'),
      version: step('version'),
      postversion: step('postversion'),
    },
  }),
  'CHANGELOG.md': changelog,
  'docs/versions.md': versions,
  'queue/release.ts': "export const release = '0.1.0';\n",
  'migrations/tables/0001_schema.sql': 'create schema millrace;\n',
  'migrations/routines/claim.sql': '-- claims\n',
};

/** Removed when the test ends. */
export async function openReleaseRepository(): Promise<ReleaseRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-release-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const run = (program: string, words: readonly string[], environment = {}) => {
    const { promise, resolve } = Promise.withResolvers<Run>();
    const env = { ...ownEnvironment(), ...environment };
    execFile(program, words, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
    return promise;
  };
  const git = async (...words: string[]) => {
    const { failed, output } = await run('git', words);
    if (failed) throw new Error(output);
    return output.trim();
  };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const commit: ReleaseRepository['commit'] = async (changed) => {
    for (const [path, text] of Object.entries(changed)) await write(path, text);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'A change');
  };
  await git('init', '--quiet', '--initial-branch=main');
  await commit(files);
  return {
    read: (path) => readFile(join(folder, path), 'utf8'),
    write,
    commit,
    git,
    step: (name, environment) => run(process.execPath, [script, name], environment),
    npmVersion: (kind) => run('npm', ['version', kind]),
  };
}

/** Without what npm and git have put there for this very test run, or the user for themselves. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(npm_|git_)/i.test(name));
  const who = { NAME: 'A Releaser', EMAIL: 'releaser@example.com' };
  return {
    ...Object.fromEntries(entries),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
    npm_config_update_notifier: 'false',
  };
}
