// The server process: spawned apart from the terminal, watched until it takes connections, ended gracefully.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { whenMemoryIsFree } from './held-memory.ts';
import type { PostgresUser } from './postgres-user.ts';
import { isReady } from './postmaster.ts';

export interface PostgresCommand {
  readonly program: string;
  readonly cluster: string;
  readonly port: number;
  readonly flags: Readonly<Record<string, string>>;
  readonly user: PostgresUser | undefined;
  readonly logFile: string;
}

const startLimitMs = 120_000;
const stopLimitMs = 10_000;

/** Settles when the server takes connections; throws with its log when it ends before that. */
export function spawnPostgres(command: PostgresCommand): Promise<ChildProcess> {
  return whenMemoryIsFree(() => trySpawn(command));
}

async function trySpawn(command: PostgresCommand): Promise<ChildProcess> {
  const log = await open(command.logFile, 'w');
  // It quotes statements that failed, with what they hold.
  await log.chmod(0o600);
  const server = spawn(command.program, serverArguments(command), {
    ...command.user,
    // In a session of its own the server does not get the terminal's Ctrl-C. The launcher does, and stops things in order.
    detached: true,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(server, 'spawn').finally(() => log.close());
  stopWithThisProcess(server);
  try {
    await becomeReady(server, command.cluster);
    return server;
  } catch (cause) {
    await stopServer(server);
    const said = (await readFile(command.logFile, 'utf8')).trim();
    throw new Error(`Postgres did not start. Its log:\n${said}`, { cause });
  }
}

export async function stopServer(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  const impatience = setTimeout(() => server.kill('SIGQUIT'), stopLimitMs);
  await ended;
  clearTimeout(impatience);
}

const hasEnded = (server: ChildProcess) => server.exitCode !== null || server.signalCode !== null;

async function becomeReady(server: ChildProcess, cluster: string): Promise<void> {
  const giveUpAt = Date.now() + startLimitMs;
  while (!(await isReady(cluster, Number(server.pid)))) {
    if (hasEnded(server)) throw new Error(`The server ended with code ${server.exitCode}`);
    if (Date.now() > giveUpAt) throw new Error(`It was not ready after ${startLimitMs / 1000} s`);
    await pause(5);
  }
}

function serverArguments({ cluster, port, flags }: PostgresCommand): string[] {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...flags };
  const named = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', String(port), ...named];
}

// For a launcher that ends by process.exit or an uncaught error, without calling stop.
function stopWithThisProcess(server: ChildProcess): void {
  const kill = () => server.kill('SIGINT');
  process.once('exit', kill);
  server.once('exit', () => process.off('exit', kill));
}
