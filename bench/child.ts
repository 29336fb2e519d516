// Processes beside the benchmark's own: whatever is not the consumer must not spend its CPU time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Child {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a script of this folder that sends the port it listens on. */
export async function startChild(script: string, ...words: string[]): Promise<Child> {
  const child = fork(join(import.meta.dirname, script), words, { execArgv: [] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with code ${code}`);
  });
  // Until it listens its end is a failure; afterwards it is what stop waits for.
  const [port] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  return {
    port: Number(port),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
