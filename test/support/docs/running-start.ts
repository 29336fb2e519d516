// `npm start` as a guide leaves it running in a second terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '#test/support/wait-until.ts';

export interface RunningStart {
  /** What it has printed so far, its log included. */
  output(): string;
  /** As Ctrl-C does; then, if need be, as kill -9 does. */
  stop(): Promise<void>;
}

interface Start {
  readonly folder: string;
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** A tick comes sooner than the reader's, so that a guide is tried in less time than it takes to read. */
const everyMs = 300;
const stopLimitMs = 15_000;

export async function runningStart({ folder, flags, environment }: Start): Promise<RunningStart> {
  // Not through npm, which would go on if this process were killed; the server itself notices.
  const every = flags.includes('--sleep') ? [] : ['--every', `${everyMs}ms`];
  const words = [join(folder, 'cli/millrace.ts'), 'start', ...every, ...flags];
  const child = spawn(process.execPath, words, { cwd: folder, env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const closed = once(child, 'close');
  const running = {
    output: () => output,
    async stop() {
      child.kill('SIGINT');
      const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
      await closed;
      clearTimeout(impatience);
    },
  };
  try {
    await waitUntil(() => output.includes('ready on ') || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error('npm start has ended');
  } catch (cause) {
    await running.stop();
    throw new Error(`npm start is not ready:\n${output}`, { cause });
  }
  return running;
}
