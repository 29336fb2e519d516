// Which package manager an application goes by, and how one says there what npm says with `npm install` and `npx`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolders, readManifest } from './project-root.ts';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

interface Words {
  /** Installs what package.json lists. */
  readonly install: string;
  /** In front of names of packages. */
  readonly add: string;
  readonly addForDevelopment: string;
  /** In front of a program from node_modules. */
  readonly run: string;
}

export const words: Readonly<Record<PackageManager, Words>> = {
  npm: {
    install: 'npm install',
    add: 'npm install',
    addForDevelopment: 'npm install --save-dev',
    run: 'npx',
  },
  pnpm: {
    install: 'pnpm install',
    add: 'pnpm add',
    addForDevelopment: 'pnpm add --save-dev',
    run: 'pnpm exec',
  },
  yarn: {
    install: 'yarn install',
    add: 'yarn add',
    addForDevelopment: 'yarn add --dev',
    run: 'yarn',
  },
  bun: { install: 'bun install', add: 'bun add', addForDevelopment: 'bun add --dev', run: 'bunx' },
};

const lockFiles: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/**
 * What the nearest package.json says with `packageManager`, or the nearest lock file, up to the root of the workspace or
 * repository. Where neither says anything, it is the one that has started this process; npm, if none has.
 */
export function findPackageManager(
  folder: string,
  userAgent = process.env['npm_config_user_agent'],
): PackageManager {
  for (const each of projectFolders(folder)) {
    const found = toManager(readManifest(each)?.packageManager) ?? lockedBy(each);
    if (found) return found;
  }
  return toManager(userAgent) ?? 'npm';
}

function lockedBy(folder: string): PackageManager | undefined {
  const name = Object.keys(lockFiles).find((name) => existsSync(join(folder, name)));
  return name === undefined ? undefined : lockFiles[name];
}

/** From texts such as `pnpm@10.34.9+sha512.…` and `yarn/4.9.2 npm/? node/v24.11.0 linux x64`. */
function toManager(text: string | undefined): PackageManager | undefined {
  const name = /^[a-z]+/.exec(text ?? '')?.[0];
  return name !== undefined && Object.hasOwn(words, name) ? (name as PackageManager) : undefined;
}
