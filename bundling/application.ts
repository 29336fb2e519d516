// What Millrace has to find in an application's own folders: the file that declares everything, and its tables.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Paths as a person writes them, relative to the working directory. */
export interface ApplicationPaths {
  /**
   * The file that exports `registry`, made by defineRegistry. Default: the first of `src/queue/registry.ts`,
   * `queue/registry.ts` and `handlers/registry.ts` that is there.
   */
  readonly registry?: string | undefined;
  /**
   * The folder with the application's own numbered SQL files, such as `0001_orders.sql`, which are applied once each, after
   * Millrace's. Default: the folder `tables` beside the registry, if there is one.
   */
  readonly migrations?: string | undefined;
}

/** The same as absolute paths, of what is there. */
export interface Application {
  readonly registry: string;
  readonly migrations: string | undefined;
}

export const usualRegistries = [
  'src/queue/registry.ts',
  'queue/registry.ts',
  'handlers/registry.ts',
];

/** Throws a TypeError that says which path is wrong and what was expected there. */
export function findApplication({ registry, migrations }: ApplicationPaths): Application {
  const found = registry === undefined ? usualRegistry() : resolve(registry);
  if (!statSync(found, { throwIfNoEntry: false })?.isFile())
    throw new TypeError(
      `registry is the path of the file that exports your registry; there is no file ${found}`,
    );
  return { registry: found, migrations: tablesFolder(found, migrations) };
}

function usualRegistry(): string {
  const found = usualRegistries.find((path) => existsSync(path));
  if (found !== undefined) return resolve(found);
  throw new TypeError(
    `No registry was given, and ${process.cwd()} has none of ${usualRegistries.join(', ')}; npx millrace init makes one`,
  );
}

function tablesFolder(registry: string, migrations: string | undefined): string | undefined {
  const folder = migrations === undefined ? join(dirname(registry), 'tables') : resolve(migrations);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  if (migrations === undefined) return undefined;
  throw new TypeError(
    `migrations is the folder with your numbered SQL files; there is no folder ${folder}`,
  );
}
