// A consumer of any of the systems in a process of its own, which waits for the word to start: that it has to start first is
// nobody's cost.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Workspace } from './workspace.ts';

export interface Consumer {
  /** Drains once, and answers how many messages that were. */
  drain(): Promise<number>;
  stop(): Promise<void>;
}

/** What such a process is told as its one argument, in JSON. */
export type ConsumerOf = Pick<Workspace, 'addresses' | 'shape'> & { readonly system: string };

export async function startConsumer({ system, addresses, shape }: Workspace): Promise<Consumer> {
  const of: ConsumerOf = { system: system.name, addresses, shape };
  const script = join(import.meta.dirname, 'consumer-of-system-process.ts');
  const child = fork(script, [JSON.stringify(of)], { execArgv: [] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`a consumer of ${system.name} ended with code ${code}`);
  });
  failed.catch(() => {});
  const said = async () => Number((await Promise.race([once(child, 'message'), failed]))[0]);
  await said();
  return {
    drain() {
      child.send('drain');
      return said();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
