// Postgres without a server: one process reads SQL from its input, as the superuser, and nobody has to log in. It is for what
// has to be done before others can reach the cluster, and for superusers whose password nobody knows.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { whenMemoryIsFree } from './held-memory.ts';
import type { PostgresUser } from './postgres-user.ts';

export interface SingleUserCommand {
  /** The postgres program. */
  readonly program: string;
  /** No server may run on it. */
  readonly cluster: string;
  readonly user: PostgresUser | undefined;
  /** One statement, on one line. */
  readonly statement: string;
}

/** Throws with what Postgres says, but for the statement, when that fails. */
export function runSingleUser(command: SingleUserCommand): Promise<void> {
  return whenMemoryIsFree(() => tryRun(command));
}

async function tryRun(command: SingleUserCommand): Promise<void> {
  const settings = ['exit_on_error=on', 'log_min_error_statement=panic'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const words = ['--single', '-D', command.cluster, ...flags, 'postgres'];
  const child = spawn(command.program, words, {
    ...command.user,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  // A process that ends before it has read everything says why on its error output.
  child.stdin.on('error', () => {});
  child.stdin.end(`${command.statement}\n`);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`Postgres did not start in single-user mode:\n${said.trim()}`);
}
