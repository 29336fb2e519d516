// Connections that break at a known point: inside an answer, or inside a statement.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openDatabase } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { numbered } from '#test/support/numbered.ts';
import { startCuttingProxy } from '#test/support/queue/cutting-proxy.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const text = defineMessageType({ name: 'test.text', payload: z.string() });

describe('an answer that breaks off', () => {
  test.each([1, 60, 250, 1_000, 20_000, 60_000])(
    'after %d bytes is asked for again',
    async (bytes) => {
      let handled = 0;
      const subscription = on(text, () => {
        handled += 1;
      });
      const policy = { concurrency: 50, batchSize: 100 };
      const queues = await openQueues(
        defineQueue({ name: 'plain', policy, subscriptions: [subscription] }),
      );
      const messages = Array.from({ length: 100 }, () => ({
        id: uuidV7(),
        type: text.name,
        payload: 'x'.repeat(1_000),
      }));
      await enqueueMessages(queues.database, messages);
      const proxy = await startCuttingProxy(queues.url);
      proxy.cutAfter(bytes);
      const database = openDatabase(proxy.url);
      expect(await queues.drain({ database })).toMatchObject({ claimed: 100, done: 100, stale: 0 });
      expect(proxy.cuts).toBe(1);
      expect(handled).toBe(100);
    },
  );
});

describe('a backend that is terminated', () => {
  /** Statements that write deliveries stop in the middle while the gate is closed. */
  async function setup() {
    const queues = await openQueues(
      defineQueue({
        name: 'plain',
        subscriptions: [
          on(numbered, async ({ payload }, { enqueue }) => {
            enqueue(text, `after ${payload.n}`, { delaySeconds: 3600 });
            if (payload.n === 0) await onHandled?.();
          }),
          on(text, () => {}),
        ],
      }),
    );
    let onHandled: (() => Promise<unknown>) | undefined;
    await queues.query(`
      create or replace function public.wait_at_gate() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(42);
        return null;
      end
      $$;
      create or replace trigger gate after insert or update or delete on millrace.delivery
      for each row execute function public.wait_at_gate();
      create or replace trigger gate after insert or update or delete on millrace.parcel
      for each row execute function public.wait_at_gate()`);
    const close = () => queues.query('select pg_advisory_lock(42)');
    const open = () => queues.query('select pg_advisory_unlock(42)');
    const terminate = async () => {
      const terminated = await queues.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and wait_event = 'advisory'`,
      );
      return terminated.length > 0;
    };
    const whenHandled = (act: () => Promise<unknown>) => {
      onHandled = act;
    };
    return { queues, close, open, terminate, whenHandled };
  }

  test('in an enqueue has stored nothing, and the next call stores all', async () => {
    const { queues, close, open, terminate } = await setup();
    await close();
    const messages = [1, 2, 3].map((n) => ({ id: uuidV7(), type: numbered.name, payload: { n } }));
    const call = () => enqueueMessages(queues.database, messages);
    const enqueued = retryTransient(call, { budgetMs: 10_000 });
    await waitUntil(terminate);
    expect(await queues.statuses()).toEqual({});
    await waitUntil(terminate);
    await open();
    expect(await enqueued).toMatchObject(messages.map(({ id }) => ({ id, status: 'pending' })));
    expect(await queues.statuses()).toEqual({ pending: 3 });
  });

  test('in a claim has claimed nothing, and the next call claims all', async () => {
    const { queues, close, open, terminate } = await setup();
    await queues.enqueueNumbers(50);
    await close();
    const drained = queues.drain();
    await waitUntil(terminate);
    expect(await queues.statuses()).toEqual({ pending: 50 });
    await waitUntil(terminate);
    await open();
    expect(await drained).toMatchObject({ claimed: 50, done: 50, stale: 0 });
    expect(await queues.statuses()).toEqual({ done: 50, scheduled: 50 });
  });

  test('in a settle has ended nothing, and the next call settles all', async () => {
    const { queues, close, open, terminate, whenHandled } = await setup();
    whenHandled(close);
    await queues.enqueueNumbers(10);
    const drained = queues.drain();
    await waitUntil(terminate);
    expect(await queues.statuses()).toEqual({ processing: 10 });
    expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
    await waitUntil(terminate);
    await open();
    expect(await drained).toMatchObject({ claimed: 10, done: 10, stale: 0 });
    expect(await queues.statuses()).toEqual({ done: 10, scheduled: 10 });
    const attempts = await queues.query('select attempt, outcome from millrace.attempt_log');
    expect(attempts).toEqual(Array(10).fill({ attempt: 1, outcome: 'done' }));
  });
});
