// Deliveries whose lease ran out: one of them may be what ended its consumer.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { loseAnswers } from '#test/support/queue/intercept.ts';
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
  test('are handled side by side, after what is fresh, in all queues', async () => {
    const running = new Set<string>();
    const order: number[] = [];
    let most = 0;
    const handler: Handler<{ n: number }> = async ({ id }, { attempt, queue, database }) => {
      const run = `${queue} ${id}`;
      running.add(run);
      order.push(attempt);
      // The work itself: long enough that handlers meet.
      await database.query('select pg_sleep(0.005)');
      if (attempt === 2) most = Math.max(most, running.size);
      running.delete(run);
    };
    const queues = await openQueues(lane('first', handler), lane('second', handler));
    await abandon(queues, 100);
    await queues.enqueueNumbers(30);
    expect(await queues.drain()).toMatchObject({ claimed: 260, done: 260 });
    expect(most).toBeGreaterThan(10);
    expect(order).toEqual([...Array(60).fill(1), ...Array(200).fill(2)]);
  });

  test('are handled with nothing beside them in any queue when it is their last attempt', async () => {
    const running = new Set<string>();
    const beside: string[] = [];
    const order: string[] = [];
    const handler: Handler<{ n: number }> = async ({ id }, { queue, database }) => {
      running.add(`${queue} ${id}`);
      order.push(queue);
      // The work itself: long enough that handlers would meet.
      await database.query('select pg_sleep(0.005)');
      if (running.size > 1) beside.push(...running);
      running.delete(`${queue} ${id}`);
    };
    const policy = { maxAttempts: 2 };
    const queues = await openQueues(
      lane('first', handler, policy),
      lane('second', handler, policy),
    );
    await abandon(queues, 10);
    expect(await queues.drain()).toMatchObject({ claimed: 20, done: 20 });
    expect(beside).toEqual([]);
    // In turn, so that a slow queue does not keep the other one waiting until all of its own are handled.
    expect(order).toEqual(Array(10).fill(['first', 'second']).flat());
  });

  test('of a slow queue keep those of no other waiting', async () => {
    const gate = Promise.withResolvers<void>();
    let handled = 0;
    const queues = await openQueues(
      lane('slow', () => gate.promise),
      lane('fast', () => {
        handled += 1;
      }),
    );
    await abandon(queues, 300);
    const drained = queues.drain();
    await waitUntil(() => handled === 300);
    gate.resolve();
    expect(await drained).toMatchObject({ done: 600 });
  });

  test('are handled once when the answers to their claims are lost', async () => {
    const attempts: number[] = [];
    const queues = await openQueues(
      lane('plain', (_, { attempt }) => void attempts.push(attempt)),
      lane('alone', (_, { attempt }) => void attempts.push(attempt), { maxAttempts: 2 }),
    );
    await abandon(queues, 3);
    const database = loseAnswers(queues.database, 'claim_suspects', 3);
    expect(await queues.drain({ database })).toMatchObject({ claimed: 6, done: 6 });
    expect(attempts).toEqual(Array(6).fill(2));
    expect(await queues.query('select from millrace.attempt_log')).toHaveLength(12);
  });

  test('that were not started stay suspects', async () => {
    let remainingMs = 60_000;
    const queues = await openQueues(
      lane(
        'plain',
        () => {
          remainingMs = 3_000;
        },
        { concurrency: 1 },
      ),
    );
    await abandon(queues, 5);
    const drain = () => queues.drain({ remainingMs: () => remainingMs });
    expect(await drain()).toMatchObject({ claimed: 5, done: 1, released: 4 });
    expect(
      await queues.query(`select (millrace.claim('plain', gen_random_uuid(), 9)).ids`),
    ).toEqual([{ ids: null }]);
    remainingMs = 60_000;
    expect(await drain()).toMatchObject({ done: 1, released: 3 });
    const attempts = await queues.query(
      'select attempt, outcome from millrace.attempt_log order by 1',
    );
    expect(attempts).toHaveLength(7);
  });

  test('that fail are no suspects any more', async () => {
    const queues = await openQueues(
      lane(
        'plain',
        (_, { attempt }) => {
          if (attempt === 2) throw new Error('failed');
        },
        { retryBaseSeconds: 0 },
      ),
    );
    await abandon(queues, 3);
    expect(await queues.drain()).toMatchObject({ retried: 3 });
    const rows = await queues.query('select lost_leases from millrace.delivery');
    expect(rows).toEqual(Array(3).fill({ lost_leases: null }));
    expect(await queues.drain()).toMatchObject({ done: 3 });
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
    const queues = await openQueues(lane('plain', handler, { maxAttempts: 2 }));
    const ids = await abandon(queues, 3);
    await queues.query('update millrace.delivery set attempt = 2, lost_leases = 1');
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
