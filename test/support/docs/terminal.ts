// The reader's terminal: one shell for a whole guide, so that a variable set in one block is known in the next.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Printed {
  /** Both streams, in order. */
  readonly output: string;
  /** Whether a command of the block, or one in the middle of a pipe, failed. */
  readonly failed: boolean;
}

export interface Terminal {
  run(commands: string): Promise<Printed>;
  /** Ends the shell and whatever its commands have left running. */
  close(): Promise<void>;
}

const blockLimitMs = 200_000;
const farewellMs = 10_000;

export function openTerminal(folder: string, environment: NodeJS.ProcessEnv): Terminal {
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
    // A process group of its own can be ended as a whole.
    detached: true,
  });
  const ended = new AbortController();
  shell.once('close', () => ended.abort());
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  shell.stdin.write(`set -o pipefail -E; trap 'failed=1' ERR\n`);
  const script = join(folder, '.guide-block.sh');
  return {
    async run(commands) {
      await writeFile(script, commands);
      output = '';
      shell.stdin.write(`failed=0; source '${script}' </dev/null 2>&1; echo "end: $failed"\n`);
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(blockLimitMs)]);
      const end = /end: ([01])\n$/;
      while (!end.test(output)) {
        await once(shell.stdout, 'data', { signal }).catch(() => {
          throw new Error(`the block did not come to its end:\n${output}`);
        });
      }
      return { output: output.replace(end, ''), failed: output.endsWith('1\n') };
    },
    async close() {
      if (!shell.pid || ended.signal.aborted) return;
      // A command that is interrupted in the middle stops what it has started itself, if it is given the time.
      process.kill(-shell.pid, 'SIGINT');
      await once(shell, 'close', { signal: AbortSignal.timeout(farewellMs) }).catch(() => {
        process.kill(-Number(shell.pid), 'SIGKILL');
      });
    },
  };
}
