// What `init` finds out by itself, so that it has nothing to ask.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usualRegistries } from '#bundling/application.ts';
import { findPackageManager, type PackageManager } from '#local/project/package-manager.ts';
import { type Manifest, projectFolders, readManifest } from '#local/project/project-root.ts';

export interface Surroundings {
  /** The absolute path of the application's folder, which need not exist yet. */
  readonly folder: string;
  readonly manager: PackageManager;
  /** Whether the folder is a workspace's root, where pnpm wants to be told that it is meant. */
  readonly isWorkspaceRoot: boolean;
  /** The package.json files of the folder and of its workspace's root: packages of either are there. */
  readonly manifests: readonly Manifest[];
  readonly hasManifest: boolean;
  /** Where the registry lies, or will. */
  readonly queueFolder: string;
  /** The registry that is there already, relative to the folder. */
  readonly registry: string | undefined;
  /** Whether files that end in .ts are ES modules to Node. */
  readonly isModule: boolean;
  /** What the paths of imports between files end in. */
  readonly importEnding: '.ts' | '.js' | '';
  /** The CDK app's own command, when there is a cdk.json. */
  readonly cdkApp: string | undefined;
  /** The text of the nearest .gitignore. */
  readonly ignored: string | undefined;
}

/** Throws a sentence when the folder is none, or a package.json cannot be read. */
export function lookAround(folder: string): Surroundings {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory()) throw new Error(`${folder} is a file, and no folder`);
  const has = (path: string) => existsSync(join(folder, path));
  const folders = projectFolders(folder);
  const manifest = readManifest(folder);
  const manifests = folders.map(readManifest).filter((found) => found !== undefined);
  const registry = usualRegistries.find(has);
  const isModule = manifest === undefined || manifest.type === 'module';
  return {
    folder,
    manager: findPackageManager(folder),
    isWorkspaceRoot: has('pnpm-workspace.yaml'),
    manifests,
    hasManifest: manifest !== undefined,
    queueFolder: registry ? dirname(registry) : has('src') ? 'src/queue' : 'queue',
    registry,
    isModule,
    importEnding: importEnding(textOf(join(folder, 'tsconfig.json')), isModule),
    cdkApp: cdkApp(folder),
    ignored: folders
      .map((each) => textOf(join(each, '.gitignore')))
      .find((text) => text !== undefined),
  };
}

/**
 * Node itself and the tsconfig.json that init writes want `.ts`. A compiler that has not been told so refuses it, and takes
 * what the compiled file will be called; in CommonJS everything takes a path without an ending.
 */
function importEnding(tsconfig: string | undefined, isModule: boolean): '.ts' | '.js' | '' {
  const allows = /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/;
  if (tsconfig === undefined || allows.test(tsconfig)) return '.ts';
  return isModule ? '.js' : '';
}

/** Empty for a cdk.json that names none. */
function cdkApp(folder: string): string | undefined {
  const text = textOf(join(folder, 'cdk.json'));
  return text === undefined ? undefined : (/"app"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '');
}

const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined;
