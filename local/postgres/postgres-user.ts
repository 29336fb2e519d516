// Postgres refuses to run as root, so a launcher that is root (containers, CI) runs it as somebody else.
import { chown, readFile, stat } from 'node:fs/promises';

export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run Postgres as; undefined unless this process is root's. An existing cluster keeps its owner. A new one
 * is given to the account `postgres`, or to `nobody` where there is none.
 */
export async function postgresUser(cluster: string): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await accountNamed('postgres')) ?? (await accountNamed('nobody'));
}

export async function giveTo(user: PostgresUser | undefined, path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

async function accountNamed(name: string): Promise<PostgresUser | undefined> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
