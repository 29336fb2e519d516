// Deliveries whose lease ran out: one of them may be what ended its consumer.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const lane = (name: string, handler: Handler<{ n: number }>, policy: Partial<QueuePolicy> = {}) =>
  defineQueue({ name, policy, subscriptions: [on(numbered, handler)] });

/** Messages that a consumer took along when it ended. */
async function abandon(queues: Awaited<ReturnType<typeof openQueues>>, count: number) {
  const ids = await queues.enqueueNumbers(count);
  for (const name of queues.registry.queues.keys())
    await queues.query('select millrace.claim($1, gen_random_uuid(), $2)', [name, count]);
  await expireLeases(queues);
  return ids;
}

describe('suspects', () => {
  test('are handled with nothing else running, after what is fresh, in all queues', async () => {
    const running = new Set<string>();
    const order: number[] = [];
    const beside: string[] = [];
    const handler: Handler<{ n: number }> = async ({ id }, { attempt, queue, database }) => {
      const run = `${queue} ${id}`;
      running.add(run);
      order.push(attempt);
      // The work itself: long enough that a handler beside it would be seen.
      await database.query('select pg_sleep(0.005)');
      if (attempt === 2 && running.size > 1) beside.push(...running);
      running.delete(run);
    };
    const queues = await openQueues(lane('first', handler), lane('second', handler));
    await abandon(queues, 10);
    await queues.enqueueNumbers(30);
    expect(await queues.drain()).toMatchObject({ claimed: 80, done: 80 });
    expect(beside).toEqual([]);
    expect(order).toEqual([...Array(60).fill(1), ...Array(20).fill(2)]);
  });

  test('have spent an attempt, which is recorded as expired', async () => {
    const queues = await openQueues(lane('plain', () => {}));
    const [id = ''] = await abandon(queues, 1);
    await queues.drain();
    const [delivery] = (await queues.status(id)).deliveries;
    expect(delivery?.attempts).toMatchObject([
      { attempt: 1, outcome: 'expired', error: { name: 'LeaseExpired' } },
      { attempt: 2, outcome: 'done', error: null },
    ]);
  });

  test('without attempts left are dead letters, counted and logged', async () => {
    let handled = 0;
    const handler = () => {
      handled += 1;
    };
    const queues = await openQueues(lane('plain', handler, { maxAttempts: 1 }));
    const ids = await abandon(queues, 3);
    expect(await queues.drain()).toMatchObject({ claimed: 0, dead: 3 });
    expect(handled).toBe(0);
    expect(await queues.statuses()).toEqual({ dead: 3 });
    const lines = queues.log.lines.filter(({ level }) => level === 'error');
    const named = lines.map(({ attributes: { messageId } }) => messageId);
    expect(named.toSorted()).toEqual(ids.toSorted());
  });

  test('that fail or are slow are retried like others', async () => {
    const queues = await openQueues(
      lane(
        'plain',
        ({ payload: { n } }, { signal }) => {
          if (n === 0) throw new Error('failed');
          return untilAborted(signal);
        },
        { timeoutSeconds: 0.1 },
      ),
    );
    await abandon(queues, 2);
    expect(await queues.drain()).toMatchObject({ claimed: 2, retried: 2 });
    expect(await queues.statuses()).toEqual({ scheduled: 2 });
  });

  test('of more than one batch are all found', async () => {
    let handled = 0;
    const handler = () => {
      handled += 1;
    };
    const queues = await openQueues(lane('plain', handler));
    await abandon(queues, 230);
    await queues.enqueueNumbers(20, { priority: 9 });
    expect(await queues.drain()).toMatchObject({ claimed: 250, done: 250 });
    expect(handled).toBe(250);
  });

  test('are handled once when several drains meet them', async () => {
    const seen: string[] = [];
    const queues = await openQueues(lane('plain', ({ id }) => void seen.push(id)));
    const ids = await abandon(queues, 40);
    const summaries = await Promise.all([queues.drain(), queues.drain(), queues.drain()]);
    expect(summaries.reduce((sum, { done }) => sum + done, 0)).toBe(40);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test('wait in a paused queue, and while there is no time', async () => {
    const queues = await openQueues(lane('plain', () => {}));
    await abandon(queues, 3);
    expect(await queues.drain({ remainingMs: () => 3_000 })).toMatchObject({ claimed: 0 });
    await queues.query('update millrace.queue set is_paused = true');
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
    expect(await queues.statuses()).toEqual({ pending: 3 });
  });

  test('are not starved by a queue that is never empty', async () => {
    let remainingMs = 60_000;
    const seen: number[] = [];
    const endless: Handler<{ n: number }> = ({ payload }, { enqueue, attempt }) => {
      remainingMs -= 500;
      if (attempt > 1) seen.push(remainingMs);
      else enqueue(numbered, { n: payload.n + 1 });
    };
    const queues = await openQueues(lane('plain', endless));
    await abandon(queues, 5);
    await queues.enqueueNumbers(1);
    const { done } = await queues.drain({ remainingMs: () => remainingMs });
    expect(done).toBeGreaterThan(40);
    expect(seen).toHaveLength(5);
    expect(Math.min(...seen)).toBeGreaterThan(20_000);
  });

  test('come up in the drain that meets them, whenever their lease ends', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const handler: Handler<{ n: number }> = ({ id }) => {
      seen.push(id);
      return seen.length === 1 ? gate.promise : undefined;
    };
    const queues = await openQueues(lane('plain', handler));
    const [taken = ''] = await queues.enqueueNumbers(1);
    await queues.query(`select millrace.claim('plain', gen_random_uuid(), 1)`);
    const [fresh] = await queues.enqueueNumbers(1);
    const drained = queues.drain();
    await waitUntil(() => seen.length === 1);
    await queues.query(
      `update millrace.delivery set lease_expires_at = statement_timestamp() where message_id = $1`,
      [taken],
    );
    gate.resolve();
    expect(await drained).toMatchObject({ done: 2 });
    expect(seen).toEqual([fresh, taken]);
  });
});
