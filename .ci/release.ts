// The steps of a release. `npm version patch`, `minor` or `major` runs three of them, as the scripts of their names:
//
//   preversion   refuses unless everything is ready, and checks it
//   version      writes the changelog, the table of versions and the code's own version, which become a part of npm's commit
//   postversion  says what to push; the push is for a person
//
// and release.yml runs the fourth, `tag`, before it publishes. All of them work on the folder that they are run in.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { hasHeading, moveUnreleased } from './release/changelog.ts';
import { faultsOf } from './release/faults.ts';
import { git, newestTable, previousTag } from './release/repository.ts';
import { withRelease } from './release/version-table.ts';

const changelog = 'CHANGELOG.md';
const table = 'docs/versions.md';
/** What the code knows of its own version. */
const constant = 'queue/release.ts';

const steps: Readonly<Record<string, () => void>> = { preversion, version, postversion, tag };

const step = steps[process.argv[2] ?? ''];
if (step) step();
else refuse([`Give one of these steps: ${Object.keys(steps).join(', ')}`]);

function preversion(): void {
  refuse(faultsOf(newVersion(), read(changelog)));
  const { status } = spawnSync('npm', ['run', 'check'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function version(): void {
  const released = newVersion();
  const date = new Date().toISOString().slice(0, 10);
  const moved = moveUnreleased(read(changelog), {
    version: released,
    date,
    previousTag: previousTag(),
    repository: repositoryUrl(),
  });
  writeFileSync(changelog, moved);
  writeFileSync(table, withRelease(read(table), { version: released, schema: newestTable() }));
  writeFileSync(constant, read(constant).replace(/'.*'/, `'${released}'`));
  git('add', changelog, table, constant);
}

function postversion(): void {
  console.log(
    `\nv${newVersion()} is committed and tagged here, and nowhere else. Look at it with "git show", then publish it:\n\n` +
      `  git push --atomic origin main v${newVersion()}\n\n` +
      `Until then "git tag --delete v${newVersion()} && git reset --hard HEAD^" takes it back.`,
  );
}

/** What is published is what the tag says, and the changelog tells of it. */
function tag(): void {
  const { GITHUB_REF_NAME: name = '' } = process.env;
  const { version: own } = manifest();
  const faults = [];
  if (name !== `v${own}`) faults.push(`The tag is "${name}", and package.json has version ${own}.`);
  if (!hasHeading(read(changelog), own))
    faults.push(`${changelog} has no heading for version ${own}.`);
  refuse(faults);
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  for (const fault of faults) console.error(fault);
  process.exit(1);
}

/** npm tells it to each of its steps. */
function newVersion(): string {
  return process.env['npm_new_version'] ?? '';
}

function repositoryUrl(): string {
  return manifest().repository.url.replace(/^git\+|\.git$/g, '');
}

function manifest(): { version: string; repository: { url: string } } {
  return JSON.parse(read('package.json'));
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
