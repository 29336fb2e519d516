// Releases by real runs of npm version.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  changelog,
  openReleaseRepository,
  type ReleaseRepository,
} from '#test/support/ci/release-repository.ts';

const today = new Date().toISOString().slice(0, 10);
const link = 'https://github.com/millrace/millrace';

async function refusal(repository: ReleaseRepository, kind = 'minor'): Promise<string> {
  const { failed, output } = await repository.npmVersion(kind);
  expect(failed, output).toBe(true);
  expect(await repository.git('tag')).not.toContain('v0.9');
  expect(JSON.parse(await repository.read('package.json')).version).toMatch(/^0\.[12]\.0$/);
  return output;
}

test('npm runs the steps by the scripts of this package', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
  for (const step of ['preversion', 'version', 'postversion'])
    expect(scripts[step]).toBe(`node .ci/release.ts ${step}`);
});

test('two releases: each has its heading, its links, its line in the table and its tag, and nothing is pushed', async () => {
  const repository = await openReleaseRepository();
  const first = await repository.npmVersion('minor');
  expect(first).toMatchObject({
    failed: false,
    output: expect.stringMatching(
      /everything was checked[\s\S]*git push --atomic origin main v0\.2\.0/,
    ),
  });
  expect(await repository.read('queue/release.ts')).toBe("export const release = '0.2.0';\n");
  expect(await repository.read('CHANGELOG.md')).toBe(`# Changelog

All notable changes.

## [Unreleased]

## [0.2.0] - ${today}

### Added

- Messages.

[Unreleased]: ${link}/compare/v0.2.0...HEAD
[0.2.0]: ${link}/releases/tag/v0.2.0
`);

  await repository.commit({
    'migrations/tables/0002_more.sql': '-- more\n',
    'migrations/routines/claim.sql': '-- claims more\n',
    'CHANGELOG.md': (await repository.read('CHANGELOG.md')).replace(
      '## [Unreleased]\n',
      '## [Unreleased]\n\n### Fixed\n\n- Claims.\n',
    ),
    'docs/versions.md': (await repository.read('docs/versions.md')).replace(
      /(\| 0\.2\.0.*\n)/,
      '$1| next    | 0002   | 0.2.0          |\n',
    ),
  });
  expect(await repository.npmVersion('patch')).toMatchObject({ failed: false });
  expect(await repository.read('CHANGELOG.md')).toBe(`# Changelog

All notable changes.

## [Unreleased]

## [0.2.1] - ${today}

### Fixed

- Claims.

## [0.2.0] - ${today}

### Added

- Messages.

[Unreleased]: ${link}/compare/v0.2.1...HEAD
[0.2.1]: ${link}/compare/v0.2.0...v0.2.1
[0.2.0]: ${link}/releases/tag/v0.2.0
`);
  expect(await repository.read('docs/versions.md')).toContain(`
| 0.1.0   | 0001   | 0.1.0          |
| 0.2.0   | 0001   | 0.1.0          |
| 0.2.1   | 0002   | 0.2.0          |

What it promises.`);
  // npm's commit holds all of it, and its tag stands there.
  expect(await repository.git('status', '--porcelain')).toBe('');
  expect(await repository.git('describe')).toBe('v0.2.1');
  const files = await repository.git('show', '--name-only', '--format=');
  expect(files.split('\n').toSorted()).toEqual([
    'CHANGELOG.md',
    'docs/versions.md',
    'package.json',
    'queue/release.ts',
  ]);

  const tag = (name: string) => repository.step('tag', { GITHUB_REF_NAME: name });
  expect(await tag('v0.2.1')).toEqual({ failed: false, output: '' });
  expect(await tag('v0.2.2')).toEqual({
    failed: true,
    output: 'The tag is "v0.2.2", and package.json has version 0.2.1.\n',
  });
  await repository.write('CHANGELOG.md', changelog);
  expect(await tag('v0.2.1')).toMatchObject({
    failed: true,
    output: 'CHANGELOG.md has no heading for version 0.2.1.\n',
  });
});

test('nothing is released before everything is ready, and all that is missing is said at once', async () => {
  const repository = await openReleaseRepository();
  expect(await refusal(repository, 'prerelease')).toContain('Versions are three numbers; got');

  await repository.write('left-over', '');
  await repository.git('switch', '--quiet', '--create', 'side');
  const output = await refusal(repository);
  expect(output).toContain('Releases are made of main; this is "side".');
  expect(output).toContain('Commit or remove what is not committed:\n?? left-over');
  expect(output).not.toContain('everything was checked');

  await repository.git('switch', '--quiet', 'main');
  const broken = (await repository.read('package.json')).replace(/echo [^"]*/, 'exit 3');
  await repository.commit({ 'package.json': broken });
  await refusal(repository);
  expect(await repository.read('CHANGELOG.md')).toBe(changelog);
});

test('a release that would tell nothing, edit a table file, or hide new routines behind an old number is refused', async () => {
  const repository = await openReleaseRepository();
  await repository.npmVersion('minor');
  expect(await refusal(repository)).toContain('CHANGELOG.md tells nothing under [Unreleased]');

  await repository.commit({
    'CHANGELOG.md': changelog,
    'migrations/routines/claim.sql': '-- claims more\n',
  });
  expect(await refusal(repository)).toContain(
    'Routines have changed since v0.2.0 and the schema is still 0001: add a table file',
  );

  await repository.commit({ 'migrations/tables/0001_schema.sql': 'create schema other;\n' });
  expect(await refusal(repository)).toContain(
    'Table files are never edited, and these are not as in v0.2.0:\nmigrations/tables/0001_schema.sql',
  );
});
