import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openSession, type Session } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import {
  onInTransaction,
  type TransactionalContext,
  type TransactionalHandler,
} from '#queue/declare/transactional-handler.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

type Numbered = TransactionalHandler<{ n: number }>;

const followUp = defineMessageType({ name: 'test.follow_up', payload: z.number() });

/** A queue whose handlers write into a table of their own, which takes each number once. */
async function setup(handler: Numbered, policy: Partial<QueuePolicy> = {}) {
  const queues = await openQueues(
    defineQueue({ name: 'plain', policy, subscriptions: [onInTransaction(numbered, handler)] }),
    defineQueue({ name: 'follow-ups', subscriptions: [on(followUp, () => {})] }),
  );
  await queues.query('drop table if exists effect; create table effect (n integer primary key)');
  const sessions: Session[] = [];
  const open = async (change: (session: Session) => Session = (session) => session) => {
    const session = change(await openSession(queues.url));
    sessions.push(session);
    return session;
  };
  const effects = async () =>
    (await queues.query<{ n: number }>('select n from effect order by n')).map(({ n }) => n);
  const openTransactions = () =>
    queues.query(
      `select from pg_stat_activity
       where datname = current_database() and state like 'idle in transaction%'`,
    );
  const drain = (change?: (session: Session) => Session) =>
    queues.drain({ openSession: () => open(change) });
  return { queues, drain, effects, sessions, openTransactions };
}

const write = ({ transaction }: TransactionalContext, n: number) =>
  transaction.query('insert into effect values ($1)', [n]);

describe('a transactional handler', () => {
  test('commits what it wrote, its follow-ups and its outcome', async () => {
    const { queues, drain, effects } = await setup(async ({ payload: { n } }, context) => {
      await write(context, n);
      context.enqueue(followUp, n, { delaySeconds: 60 });
    });
    await queues.enqueueNumbers(50);
    expect(await drain()).toMatchObject({ claimed: 50, done: 50, stale: 0 });
    expect(await effects()).toHaveLength(50);
    expect(await queues.statuses()).toEqual({ done: 50, scheduled: 50 });
  });

  test.each<[string, (context: TransactionalContext) => unknown, object, timeoutSeconds: number]>([
    ['throws', () => JSON.parse('{'), { retried: 1 }, 60],
    ['rejects', () => reject('no use'), { dead: 1 }, 60],
    ['snoozes', () => snooze(60), { snoozed: 1 }, 60],
    // Time enough to open a session: without one the handler would not be started.
    ['does not end in time', ({ signal }) => untilAborted(signal), { retried: 1 }, 2],
  ])('that %s leaves nothing behind', async (_, end, expected, timeoutSeconds) => {
    const handler: Numbered = async ({ payload: { n } }, context) => {
      await write(context, n);
      context.enqueue(followUp, n);
      await end(context);
    };
    const { queues, drain, effects, openTransactions } = await setup(handler, { timeoutSeconds });
    await queues.enqueueNumbers(1);
    expect(await drain()).toMatchObject({ claimed: 1, done: 0, ...expected });
    expect(await effects()).toEqual([]);
    expect(await queues.query('select from millrace.message')).toHaveLength(1);
    await waitUntil(async () => (await openTransactions()).length === 0);
  });

  test('that lost its lease leaves nothing behind', async () => {
    const { queues, drain, effects } = await setup(async ({ id, payload }, context) => {
      await write(context, payload.n);
      await context.database.query(
        'update millrace.delivery set lease_token = gen_random_uuid() where message_id = $1',
        [id],
      );
    });
    await queues.enqueueNumbers(1);
    expect(await drain()).toMatchObject({ claimed: 1, done: 0, stale: 1 });
    expect(await effects()).toEqual([]);
    expect(await queues.statuses()).toEqual({ processing: 1 });
  });

  test('that hides a failed statement has failed', async () => {
    const { queues, drain, effects } = await setup(async ({ payload: { n } }, context) => {
      await write(context, n);
      await write(context, n).catch(() => {});
    });
    await queues.enqueueNumbers(1);
    expect(await drain()).toMatchObject({ claimed: 1, retried: 1 });
    expect(await effects()).toEqual([]);
  });

  test('cannot use its transaction once it has ended', async () => {
    let late: TransactionalContext | undefined;
    const { queues, drain, effects } = await setup((_, context) => {
      late = context;
    });
    await queues.enqueueNumbers(1);
    await drain();
    if (!late) return expect.unreachable();
    await expect(write(late, 7)).rejects.toThrow('used after its handler had ended');
    expect(await effects()).toEqual([]);
  });

  test('needs a way to open connections, and says so', async () => {
    const { queues } = await setup(() => {});
    await queues.enqueueNumbers(1);
    await expect(queues.drain()).rejects.toThrow('transactional handlers need openSession');
    expect(await queues.statuses()).toEqual({ pending: 1 });
    expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
  });
});

describe('connections of transactional handlers', () => {
  test('are no more than handlers run at once, and closed in the end', async () => {
    const handler: Numbered = async ({ payload: { n } }, context) => {
      await write(context, n);
    };
    const { queues, drain, sessions } = await setup(handler, { concurrency: 4 });
    await queues.enqueueNumbers(100);
    expect(await drain()).toMatchObject({ done: 100 });
    expect(sessions).toHaveLength(4);
    for (const session of sessions) await expect(session.query('select 1')).rejects.toThrow(Error);
  });

  test('that break fail their own message, which is handled again', async () => {
    let broken = 0;
    const { queues, drain, effects } = await setup(
      async ({ payload: { n } }, context) => {
        await write(context, n);
        if (n % 5 > 0 || context.attempt > 1) return;
        broken += 1;
        await context.transaction.query('select pg_terminate_backend(pg_backend_pid())');
      },
      { retryBaseSeconds: 0, concurrency: 3 },
    );
    await queues.enqueueNumbers(20);
    expect(await drain()).toMatchObject({ claimed: 24, retried: 4, done: 20 });
    expect(broken).toBe(4);
    expect(await effects()).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test('whose commit went unanswered have committed once', async () => {
    const { queues, drain, effects } = await setup(
      async ({ payload: { n } }, context) => void (await write(context, n)),
      { retryBaseSeconds: 0 },
    );
    await queues.enqueueNumbers(10);
    const lose = (session: Session): Session => ({
      ...session,
      async script<Row extends object>(text: string) {
        const rows = await session.script<Row>(text);
        if (text === 'commit') throw new Error('Connection terminated unexpectedly');
        return rows;
      },
    });
    expect(await drain(lose)).toMatchObject({ claimed: 10, stale: 0, dead: 0 });
    expect(await effects()).toHaveLength(10);
    expect(await queues.statuses()).toEqual({ done: 10 });
    expect(await queues.query('select from millrace.attempt_log')).toHaveLength(10);
  });

  test('that cannot be opened cost no attempt', async () => {
    const { queues } = await setup(() => {});
    await queues.enqueueNumbers(3);
    const openSession = () => Promise.reject(new Error('no connection to be had'));
    await expect(queues.drain({ openSession })).rejects.toThrow('no connection to be had');
    expect(await queues.statuses()).toEqual({ pending: 3 });
    expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
  });

  test('that hang do not keep the drain past its end', async () => {
    let remainingMs = 60_000;
    const opening = Promise.withResolvers<Session>();
    const asked = Promise.withResolvers<void>();
    const { queues } = await setup(() => {});
    await queues.enqueueNumbers(2);
    const openSession = () => {
      asked.resolve();
      return opening.promise;
    };
    const drained = queues.drain({ openSession, remainingMs: () => remainingMs });
    await asked.promise;
    remainingMs = 1_400;
    await expect(drained).rejects.toThrow('no session was to be had');
    expect(await queues.statuses()).toEqual({ pending: 2 });
  });
});
