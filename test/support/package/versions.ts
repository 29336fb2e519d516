import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#test/support/project-root.ts';

const { dependencies, devDependencies } = JSON.parse(
  readFileSync(join(projectRoot, 'package.json'), 'utf8'),
);
const all: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };

/** As this repository installs them: most of them lie in npm's cache then, and need no download. */
export const ownVersions = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, all[name] ?? '*']));
