// Consumers in processes of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { waitUntil } from '#test/support/wait-until.ts';

// There are many of them, and most of what a short life costs is the start.
const NODE_COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/node');

export interface Consumer {
  /** Lets it drain; answers what it did, or nothing when it ended without a word. */
  run(): Promise<DrainSummary | undefined>;
  kill(): void;
}

/** Started, and waiting to be let loose. */
export async function startConsumer(
  url: string,
  registry: 'killed' | 'poisoned',
): Promise<Consumer> {
  const program = join(import.meta.dirname, 'draining-child.ts');
  const child = fork(program, [url, registry], { env: { ...process.env, NODE_COMPILE_CACHE } });
  await once(child, 'message');
  return { run: () => run(child), kill: () => void child.kill('SIGKILL') };
}

async function run(child: ChildProcess): Promise<DrainSummary | undefined> {
  let summary: DrainSummary | undefined;
  child.once('message', (message) => {
    summary = message as DrainSummary;
  });
  child.send('go');
  await once(child, 'exit');
  return summary;
}

/** What a killed consumer had sent may still be under way. */
export async function untilQuiet({ query }: TestDatabase): Promise<void> {
  await waitUntil(async () => {
    const busy = await query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
         and (state = 'active' or state like 'idle in transaction%')`,
    );
    return busy.length === 0;
  });
}
