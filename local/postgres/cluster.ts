// A Postgres cluster on disk: made once by initdb, then reused by every start.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { keepPassword, keptPassword, newPassword } from './passwords.ts';
import { majorVersion, type PostgresPrograms } from './postgres-programs.ts';
import { giveTo, type PostgresUser } from './postgres-user.ts';
import { runSingleUser } from './single-user.ts';

export const superuser = 'postgres';

export interface ClusterOptions {
  readonly programs: PostgresPrograms;
  readonly user: PostgresUser | undefined;
  /** Whether initdb waits until its files are on the disk. */
  readonly sync: boolean;
}

/**
 * Makes the cluster unless it is there; no server may run on it. Answers the superuser's password, which is kept in the
 * cluster's folder. Throws when another major version made it.
 */
export async function ensureCluster(cluster: string, options: ClusterOptions): Promise<string> {
  const madeBy = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (madeBy === undefined) return initialise(cluster, options);
  const major = await majorVersion(options.programs);
  if (madeBy.trim() !== major)
    throw new Error(
      `${cluster} was made by PostgreSQL ${madeBy.trim()}, and this is PostgreSQL ${major}: choose another folder, or dump it with the old version`,
    );
  return (await keptPassword(dirname(cluster), superuser)) ?? changePassword(cluster, options);
}

// Clusters of earlier checkouts had a password that everybody knows; and the file may have been deleted.
async function changePassword(
  cluster: string,
  { programs, user }: ClusterOptions,
): Promise<string> {
  const password = newPassword();
  const statement = `alter role ${superuser} password '${password}'`;
  await runSingleUser({ program: programs.postgres, cluster, user, statement });
  await keepPassword(dirname(cluster), superuser, password);
  return password;
}

// A killed initdb leaves a half-made folder, so the cluster gets its name only when it is complete.
async function initialise(cluster: string, options: ClusterOptions): Promise<string> {
  const partial = `${cluster}.partial`;
  const passwordFile = `${cluster}.password`;
  const password = newPassword();
  for (const path of [partial, passwordFile]) await rm(path, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [partial, passwordFile]) await giveTo(options.user, path);
  const hasProvider = Number(await majorVersion(options.programs)) >= firstWithProvider;
  const words = initdbArguments({ folder: partial, passwordFile, hasProvider, sync: options.sync });
  await promisify(execFile)(options.programs.initdb, words, {
    ...options.user,
    // initdb may run as another user, who may not enter the launcher's folder and may not have its locale.
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  }).finally(() => rm(passwordFile, { force: true }));
  await keepPassword(dirname(cluster), superuser, password);
  await rename(partial, cluster);
  return password;
}

/** The first version of Postgres that brings C.UTF-8 itself. */
const firstWithProvider = 17;

interface Initdb {
  readonly folder: string;
  readonly passwordFile: string;
  readonly hasProvider: boolean;
  readonly sync: boolean;
}

function initdbArguments({ folder, passwordFile, hasProvider, sync }: Initdb): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    // The Neon driver sends the password with its first packet, before the server could ask with a challenge: only
    // authentication by cleartext password allows that.
    '--auth=password',
    '--encoding=UTF8',
    '--locale=C',
    // The builtin provider gives C.UTF-8 on systems that have no such locale. Before it there is only plain C.
    ...(hasProvider ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    ...(sync ? [] : ['--no-sync']),
  ];
}
