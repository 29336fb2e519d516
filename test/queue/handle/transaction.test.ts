// Transactional handlers: what they write, their follow-ups and their outcome commit together, or none of them do.
import { describe, expect, test } from 'vitest';
import type { TransactionalContext } from '#queue/declare/transactional-handler.ts';
import { reject, retryAfter, snooze } from '#queue/declare/ways-out.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import {
  gate,
  interceptSession,
  neverEnds,
  openEffects,
  write,
} from '#test/support/queue/effects.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

describe('a handler that returns', () => {
  test('has its writes, its follow-ups and its outcome committed together', async () => {
    const reached = gate();
    const held = gate();
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (payload.n === 0) context.enqueue(numbered, { n: 1 });
    });
    const [id = ''] = await queues.enqueueNumbers(1);
    const openSession = interceptSession(queues.openSession, async (text, run) => {
      if (text === 'commit') {
        reached.open();
        await held.passed;
      }
      return run();
    });
    const drained = queues.drain({ openSession });
    await reached.passed;
    expect(await queues.effects()).toEqual([]);
    expect(await queues.statuses()).toEqual({ processing: 1 });
    held.open();
    expect(await drained).toMatchObject({ claimed: 2, done: 2, stale: 0 });
    expect(await queues.effects()).toEqual([0, 1]);
    expect(await queues.status(id)).toMatchObject({
      status: 'done',
      deliveries: [{ attempts: [{ attempt: 1, outcome: 'done' }] }],
    });
  });

  test('is at it beside others, each in a transaction and on a connection of its own', async () => {
    const all = gate();
    const backends = new Set<unknown>();
    let running = 0;
    const queues = await openEffects(
      async ({ payload }, context) => {
        const [row] = await context.transaction.query<{ pid: number }>(
          'select pg_backend_pid() as pid',
        );
        backends.add(row?.pid);
        await write(context, payload.n);
        running += 1;
        if (running >= 5) all.open();
        await all.passed;
      },
      { concurrency: 5 },
    );
    await queues.enqueueNumbers(60);
    expect(await queues.drain()).toMatchObject({ done: 60 });
    expect(await queues.effects()).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(backends.size).toBe(5);
    await waitUntil(async () => (await queues.sessions()) === 0);
  });

  test('sees what it wrote, and the one-shot database beside it does not', async () => {
    const seen: unknown[] = [];
    const queues = await openEffects(async (_, context) => {
      await write(context, 7);
      for (const { query } of [context.transaction, context.database])
        seen.push((await query.call(context.transaction, 'select n from effect')).length);
    });
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(seen).toEqual([1, 0]);
  });

  test('has a limit on each statement and on idling, both its own timeout', async () => {
    const settings: unknown[] = [];
    const queues = await openEffects(
      async (_, { transaction }) => {
        settings.push(
          ...(await transaction.query(
            `select current_setting('statement_timeout') as statement,
               current_setting('idle_in_transaction_session_timeout') as idle`,
          )),
        );
      },
      { timeoutSeconds: 12.5 },
    );
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(settings).toEqual([{ statement: '12500ms', idle: '12500ms' }]);
  });

  test('can use its transaction no more', async () => {
    const kept: TransactionalContext[] = [];
    const late: unknown[] = [];
    const queues = await openEffects(
      async ({ payload }, context) => {
        await write(context, payload.n);
        kept.push(context);
        const [first] = kept;
        // By now the connection has a transaction of this message.
        if (payload.n === 1 && first)
          await write(first, 7).then(
            () => late.push('written'),
            (error: Error) => late.push(error.message),
          );
      },
      { concurrency: 1 },
    );
    await queues.enqueueNumbers(2);
    await queues.drain();
    expect(late).toEqual(['the transaction was used after its handler had ended']);
    expect(() => kept[0]?.enqueue(numbered, { n: 1 })).toThrow(/after the handler had returned/);
    expect(await queues.effects()).toEqual([0, 1]);
  });
});

describe('a handler that does not succeed', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('no')), 'retry', 'pending'],
    ['rejects', () => reject('no use'), 'dead', 'dead'],
    ['snoozes', () => snooze(60), 'snooze', 'scheduled'],
    ['retries later', () => retryAfter(60, 'busy'), 'retry', 'scheduled'],
  ])('and %s leaves nothing behind', async (_, fail, outcome, status) => {
    const queues = await openEffects(
      async ({ payload }, context) => {
        await write(context, payload.n);
        context.enqueue(numbered, { n: 1 });
        await fail();
      },
      { retryBaseSeconds: 3_600 },
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    await queues.drain();
    expect(await queues.effects()).toEqual([]);
    const state = status === 'pending' ? 'scheduled' : status;
    expect(await queues.statuses()).toEqual({ [state]: 1 });
    expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ outcome }] }] });
    expect(await queues.query('select from millrace.message')).toHaveLength(1);
  });

  test('does so again and again, and has its effect once when it succeeds', async () => {
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (context.attempt < 4) throw new Error('not yet');
    });
    await queues.enqueueNumbers(5);
    expect(await queues.drain()).toMatchObject({ done: 5, retried: 15 });
    expect(await queues.effects()).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([
    ['waits for something else', ({ signal }: TransactionalContext) => untilAborted(signal)],
    [
      'is inside a statement',
      ({ transaction }: TransactionalContext) => transaction.query('select pg_sleep(60)'),
    ],
  ])('in its time while it %s leaves nothing behind, not even a connection', async (_, hang) => {
    const queues = await openEffects(
      async ({ payload }, context) => {
        await write(context, payload.n);
        if (context.attempt === 1) await hang(context);
      },
      { timeoutSeconds: 2, retryBaseSeconds: 3_600 },
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ retried: 1 });
    await waitUntil(async () => (await queues.sessions()) === 0);
    expect(await queues.effects()).toEqual([]);
    const error = { name: expect.stringMatching(/HandlerTimeout|error/) };
    expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ error }] }] });
    await makeDue(queues);
    await queues.drain();
    expect(await queues.effects()).toEqual([0]);
  });

  test('in what the invocation has left is rolled back, and the drain returns', async () => {
    const started = gate();
    const clock = { remainingMs: 60_000 };
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      started.open();
      await neverEnds;
    });
    const [id = ''] = await queues.enqueueNumbers(1);
    const drained = queues.drain({ remainingMs: () => clock.remainingMs });
    await started.passed;
    clock.remainingMs = 1_400;
    expect(await drained).toMatchObject({ retried: 1 });
    await waitUntil(async () => (await queues.sessions()) === 0);
    expect(await queues.effects()).toEqual([]);
    const error = { name: 'InvocationEnded' };
    expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ error }] }] });
  });

  test('but swallows the error of a statement is not taken for done', async () => {
    const queues = await openEffects(
      async ({ payload }, context) => {
        await write(context, payload.n);
        await context.transaction.query('select 1 / 0').catch(() => {});
      },
      { maxAttempts: 1 },
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ done: 0, dead: 1 });
    expect(await queues.effects()).toEqual([]);
    const error = {
      name: 'TransactionAborted',
      message: expect.stringMatching(/a statement of the handler failed.*nothing of it is kept/),
      cause: { message: 'division by zero', code: '22012' },
    };
    expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ error }] }] });
  });

  test('but goes on after the error of a statement is told which one that was', async () => {
    const queues = await openEffects(
      async ({ payload }, context) => {
        const { transaction } = context;
        await transaction.query('savepoint first');
        await transaction.query(`select 'x'::integer`).catch(() => {});
        await transaction.query('rollback to first');
        await transaction.query('select 1 / 0').catch(() => {});
        await transaction.query('select 2 / 0').catch(() => {});
        await write(context, payload.n);
      },
      { maxAttempts: 1 },
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ done: 0, dead: 1 });
    const error = { name: 'TransactionAborted', cause: { message: 'division by zero' } };
    expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ error }] }] });
  });

  test('because its commit is refused is retried', async () => {
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, context.attempt === 1 ? -1 : payload.n);
    });
    await queues.query(`
      drop table if exists allowed;
      create table allowed (n integer primary key);
      insert into allowed values (0);
      alter table effect add foreign key (n) references allowed deferrable initially deferred`);
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ done: 1, retried: 1 });
    expect(await queues.effects()).toEqual([0]);
    const { deliveries } = await queues.status(id);
    expect(deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'done']);
    expect(deliveries[0]?.attempts[0]?.error?.message).toMatch(/foreign key/);
  });

  test('because its follow-up is refused is retried, and says why', async () => {
    const queues = await openEffects(async ({ payload }, context) => {
      await write(context, payload.n);
      if (payload.n === 0)
        context.enqueue(numbered, { n: 1 }, { priority: context.attempt === 1 ? 77 : 5 });
    });
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ done: 2, retried: 1 });
    const { deliveries } = await queues.status(id);
    expect(deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'done']);
    expect(deliveries[0]?.attempts[0]?.error?.message).toMatch(/priority/);
    expect(await queues.effects()).toEqual([0, 1]);
  });
});
