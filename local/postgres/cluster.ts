// A Postgres cluster on disk: made once by initdb, then reused by every start.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { majorVersion, type PostgresPrograms } from './postgres-programs.ts';
import { giveTo, type PostgresUser } from './postgres-user.ts';

/** Name and password of the superuser: the server listens on the loopback address only. */
export const superuser = 'postgres';

export interface ClusterOptions {
  readonly programs: PostgresPrograms;
  readonly user: PostgresUser | undefined;
  /** Whether initdb waits until its files are on the disk. */
  readonly sync: boolean;
}

/** Makes the cluster unless it is there. Throws when another major version made it. */
export async function ensureCluster(cluster: string, options: ClusterOptions): Promise<void> {
  const madeBy = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (madeBy === undefined) return initialise(cluster, options);
  const major = await majorVersion(options.programs);
  if (madeBy.trim() !== major)
    throw new Error(
      `${cluster} was made by PostgreSQL ${madeBy.trim()}, and this is PostgreSQL ${major}: choose another folder, or dump it with the old version`,
    );
}

// A killed initdb leaves a half-made folder, so the cluster gets its name only when it is complete.
async function initialise(cluster: string, options: ClusterOptions): Promise<void> {
  const partial = `${cluster}.partial`;
  const passwordFile = `${cluster}.password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await giveTo(options.user, partial);
  await writeFile(passwordFile, `${superuser}\n`);
  await promisify(execFile)(options.programs.initdb, initdbArguments(partial, options.sync), {
    ...options.user,
    // initdb may run as another user, who may not enter the launcher's folder and may not have its locale.
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  }).finally(() => rm(passwordFile, { force: true }));
  await rename(partial, cluster);

  function initdbArguments(folder: string, sync: boolean): string[] {
    return [
      `--pgdata=${folder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      // The Neon driver sends the password with its first packet, before the server could ask with a challenge: only
      // authentication by cleartext password allows that.
      '--auth=password',
      '--encoding=UTF8',
      // The builtin provider gives C.UTF-8 on systems that have no such locale.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(sync ? [] : ['--no-sync']),
    ];
  }
}
