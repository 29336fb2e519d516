// Consumers in processes of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import { waitUntil } from '#test/support/wait-until.ts';
import { childProgram } from './child-program.ts';

/** What a consumer is told when it is let loose. */
export interface Orders {
  /** It gets stuck in the next handler after so many, and stays there until it is killed. */
  readonly stickAfter?: number;
  /** It was woken by an enqueue where no tick comes each minute; what it arms is written into the table "armed". */
  readonly isWoken?: boolean;
  /** It hands over to so many helpers; whom it invokes is for the test to start, or not. */
  readonly handOver?: number;
  /** It is a helper itself, by this token. */
  readonly helper?: string;
}

/** What a consumer says: that it is ready, that it is stuck, whom it invokes, what it did. */
export type Word = 'ready' | 'stuck' | { readonly invokes: string } | DrainSummary;

export interface Consumer {
  /** Lets it drain; answers what it did, or nothing when it ended without a word. */
  run(orders?: Orders): Promise<DrainSummary | undefined>;
  readonly isStuck: boolean;
  /** The tokens of the helpers that it has invoked. */
  readonly invoked: readonly string[];
  kill(): void;
  /** It stands still until it is thawed, whatever becomes of its connections. */
  freeze(): void;
  thaw(): void;
}

const applicationName = 'consumer';

/** Started, and waiting to be let loose. */
export const startConsumer = (
  url: string,
  registry: 'killed' | 'fair' | 'poisoned',
): Promise<Consumer> => start('draining-child.ts', [named(url), registry]);

/** The same of a consumer of handlers in steps; it gets stuck in the next step after so many effects. */
export const startSteps = (url: string): Promise<Consumer> =>
  start('stepping-child.ts', [named(url)]);

/** The same of a consumer that relays, which takes no orders. environment: where SQS is. */
export const startRelay = (url: string, environment: NodeJS.ProcessEnv): Promise<Consumer> =>
  start('relaying-child.ts', [named(url)], environment);

/** The same of a consumer of a database that sends what waits there to another one; it gets stuck after so many that were stored. */
export const startForwarder = (url: string, target: string): Promise<Consumer> =>
  start('forwarding-child.ts', [named(url), named(target)]);

/** The same of a consumer that posts to a target, whose origin is given. */
export const startPoster = (url: string, origin: string): Promise<Consumer> =>
  start('webhook-child.ts', [named(url), origin]);

function named(url: string): string {
  const consumers = new URL(url);
  if (testedDriver === 'pg') consumers.searchParams.set('application_name', applicationName);
  return consumers.href;
}

async function start(
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Consumer> {
  const child = fork(await childProgram(program), words, {
    env: { ...process.env, ...environment },
  });
  await once(child, 'message');
  const said: Word[] = [];
  child.on('message', (word: Word) => said.push(word));
  return {
    async run(orders = {}) {
      child.send(orders);
      await once(child, 'exit');
      return said.find((word) => typeof word === 'object' && 'claimed' in word) as
        | DrainSummary
        | undefined;
    },
    get isStuck() {
      return said.includes('stuck');
    },
    get invoked() {
      return said.flatMap((word) =>
        typeof word === 'object' && 'invokes' in word ? [word.invokes] : [],
      );
    },
    kill: () => void child.kill('SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

/**
 * What a killed consumer had sent may still be under way. Over TCP it may even be unread, and its server process idle: there
 * the process is waited for, which ends when it has read all.
 */
export async function untilQuiet({ query }: TestDatabase): Promise<void> {
  await waitUntil(async () => {
    const busy = await query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
         and (state = 'active' or state like 'idle in transaction%' or application_name = $1)`,
      [applicationName],
    );
    return busy.length === 0;
  });
}
