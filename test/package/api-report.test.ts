// What the package exports is what docs/api says, with a docstring on all of it. It is read from the declarations of the
// tarball, as an application that installs it gets them.
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiReport, apiReports } from '#packaging/api-reports.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { packedOnce } from '#test/support/package/tarball.ts';
import { projectRoot } from '#test/support/project-root.ts';

// Packing and reading the declarations of the CDK takes half a minute of a processor, and others may want it, too.
const patience = 300_000;
const entries = [
  ...(['millrace', 'pg', 'cdk', 'lambda', 'lambda-pg', 'testing', 'webhook'] as const),
  ...(['client', 'client-outbox', 'client-preact', 'client-react'] as const),
];

// Outside of any node_modules: what lies in one is no package of one's own.
const folder = newFolder();
let reports: readonly ApiReport[];
beforeAll(async () => {
  const { unpacked } = await packedOnce();
  await mkdir(folder);
  for (const part of ['package.json', 'dist'])
    await cp(join(unpacked, part), join(folder, part), { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  reports = await apiReports(folder);
}, patience);
afterAll(() => removeFolder(folder));

const reportOf = (entry: string) => reports.find((report) => report.entry === entry);

test('there is a report of each entry', () => {
  expect(reports.map(({ entry }) => entry)).toEqual(entries);
});

test.each(entries)('docs/api/%s.api.md is what is exported', async (entry) => {
  const path = `docs/api/${entry}.api.md`;
  const advice = `the package exports something else than ${path} says: "npm run api" writes it anew`;
  expect(reportOf(entry)?.text, advice).toBe(await readFile(join(projectRoot, path), 'utf8'));
});

test.each(entries)('all that %s names is exported, and has its docstring', (entry) => {
  expect(reportOf(entry)?.faults).toEqual([]);
});
