// Programs that come with packages which this repository installs, to be run by Node whatever the PATH is.
import { join } from 'node:path';
import attwPackage from '@arethetypeswrong/cli/package.json' with { type: 'json' };
import pnpmPackage from 'pnpm' with { type: 'json' };
import { projectRoot } from '#test/support/project-root.ts';

const installed = join(projectRoot, 'node_modules');

export const attw = join(installed, attwPackage.name, attwPackage.bin.attw);
export const pnpm = join(installed, pnpmPackage.name, pnpmPackage.bin.pnpm);
