// A transactional queue whose handler writes what it does into a table that takes everything: an effect that happens
// twice is there twice.
import { onTestFinished } from 'vitest';
import { openSession, type Session } from '#queue/database.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import {
  onInTransaction,
  type TransactionalContext,
  type TransactionalHandler,
} from '#queue/declare/transactional-handler.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from './open-queues.ts';

export interface OpenEffects extends OpenQueues {
  /** What is in the table, sorted. */
  effects(): Promise<number[]>;
  /** Connections that were opened for transactions, and that the server still has. */
  sessions(): Promise<number>;
  readonly openSession: () => Promise<Session>;
}

export type NumberedHandler = TransactionalHandler<{ readonly n: number }>;

/** Writes one effect. */
export const write = ({ transaction }: TransactionalContext, n: number) =>
  transaction.query('insert into effect (n) values ($1)', [n]);

export async function openEffects(
  handler: NumberedHandler,
  policy: Partial<QueuePolicy> = {},
): Promise<OpenEffects> {
  const queue = defineQueue({
    name: 'effects',
    policy: { retryBaseSeconds: 0, ...policy },
    subscriptions: [onInTransaction(numbered, handler)],
  });
  const queues = await openQueues(queue);
  await queues.query('drop table if exists effect; create table effect (n integer not null)');
  const backends: number[] = [];
  const open = async () => {
    const session = await openSession(queues.url);
    const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    backends.push(row?.pid ?? 0);
    return session;
  };
  return {
    ...queues,
    openSession: open,
    drain: (changes) => queues.drain({ openSession: open, ...changes }),
    async effects() {
      const rows = await queues.query<{ n: number }>('select n from effect order by n');
      return rows.map(({ n }) => n);
    },
    async sessions() {
      const text = 'select from pg_stat_activity where pid = any ($1)';
      return (await queues.query(text, [backends])).length;
    },
  };
}

/** Sessions of which one statement is held, answered wrongly, or followed by a crash. */
export function interceptSession(
  open: () => Promise<Session>,
  around: (text: string, run: () => Promise<unknown>) => Promise<unknown>,
): () => Promise<Session> {
  return async () => {
    const session = await open();
    return {
      query: (text, parameters) =>
        around(text, () => session.query(text, parameters)) as Promise<never>,
      script: (text) => around(text, () => session.script(text)) as Promise<never>,
      close: () => session.close(),
    };
  };
}

const steps = {
  begin: /^begin/,
  insert: /^insert/,
  settle: /millrace\.settle/,
  commit: /^commit$/,
  rollback: /rollback$/,
};

export type Step = keyof typeof steps;

/** Whether a statement is that step of a handler's transaction. */
export const isStep = (step: Step, text: string) => steps[step].test(text);

export const neverEnds = new Promise<never>(() => {});

/** A gate that opens at the latest when the test is over, so that nothing hangs on it for good. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  return { passed: promise, open: resolve };
}
