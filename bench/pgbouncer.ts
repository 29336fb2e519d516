// pgbouncer in transaction mode in front of the server, as hosted databases have one.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../local/loopback/free-port.ts';
import { giveTo, postgresUser } from '../local/postgres/postgres-user.ts';
import type { Child } from './child.ts';
import type { Server } from './server.ts';

const program = 'pgbouncer';
// Where Debian puts what is not for everybody.
const env = { PATH: `${process.env['PATH']}:/usr/sbin` };

/** Undefined where it is not installed. */
export async function startPgbouncer(server: Server): Promise<Child | undefined> {
  const isThere = await promisify(execFile)(program, ['--version'], { env }).catch(() => undefined);
  if (!isThere) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pgbouncer-'));
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, configuration(server, port));
  // It holds the password, and pgbouncer does not run as root.
  await chmod(file, 0o600);
  const user = await postgresUser(folder);
  for (const path of [folder, file]) await giveTo(user, path);
  const child = spawn(program, ['--quiet', file], { env, ...user, stdio: 'ignore' });
  await listening(port);
  return {
    port,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(server: Server, port: number): string {
  const { username, password } = new URL(server.urlOf('postgres'));
  return `[databases]
* = host=127.0.0.1 port=${server.port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 200
`;
}

async function listening(port: number): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    if (Date.now() > giveUpAt) throw new Error('pgbouncer does not listen');
    await pause(50);
  }
}
