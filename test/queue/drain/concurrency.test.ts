import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

type Numbered = Handler<{ n: number }>;

const lane = (name: string, handler: Numbered, policy: Partial<QueuePolicy> = {}) =>
  defineQueue({ name, policy, subscriptions: [on(numbered, handler)] });

/** Handlers that wait until the test opens the gate, and how many do. */
function gated() {
  const gate = Promise.withResolvers<void>();
  const seen = { running: 0, most: 0, started: 0 };
  const handler = async () => {
    seen.started += 1;
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    await gate.promise;
    seen.running -= 1;
  };
  return { handler, seen, open: gate.resolve };
}

describe('concurrency', () => {
  test.each([
    { concurrency: 1, batchSize: 200 },
    { concurrency: 7, batchSize: 200 },
    { concurrency: 30, batchSize: 4 },
    { concurrency: 300, batchSize: 200 },
  ])('is reached and never exceeded: %o', async (policy) => {
    const { handler, seen, open } = gated();
    const queues = await openQueues(lane('plain', handler, policy));
    await queues.enqueueNumbers(400);
    const drained = queues.drain();
    await waitUntil(() => seen.running === policy.concurrency);
    open();
    expect(await drained).toMatchObject({ done: 400 });
    expect(seen.most).toBe(policy.concurrency);
  });

  test('is filled up again as soon as one handler has finished', async () => {
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const started: number[] = [];
    const handler: Numbered = ({ payload }) => {
      started.push(payload.n);
      return gates[payload.n]?.promise;
    };
    const queues = await openQueues(lane('plain', handler, { concurrency: 2 }));
    // As many as the first call claims: only within a call do handlers start in claim order.
    await queues.enqueueNumbers(4);
    const drained = queues.drain();
    await waitUntil(() => started.length === 2);
    gates[0]?.resolve();
    await waitUntil(() => started.length === 3);
    expect(started).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await drained;
    expect(started).toEqual([0, 1, 2, 3]);
  });
});

describe('a claim', () => {
  test.each([
    { concurrency: 100, batchSize: 7 },
    { concurrency: 10, batchSize: 1 },
    { concurrency: 1, batchSize: 50 },
  ])('takes at most a batch: %o', async (policy) => {
    const queues = await openQueues(lane('plain', async () => {}, policy));
    const counted = countStatements(queues.database);
    await queues.enqueueNumbers(200);
    expect(await queues.drain({ database: counted })).toMatchObject({ done: 200 });
    const wanted = counted.statements.flatMap((each) => exchangeOf(each)?.wanted ?? []);
    expect(Math.max(...wanted)).toBeLessThanOrEqual(policy.batchSize);
  });

  test('is made while the deliveries of the last one still wait', async () => {
    const { handler, seen, open } = gated();
    const queues = await openQueues(lane('plain', handler, { concurrency: 2, batchSize: 10 }));
    await queues.enqueueNumbers(100);
    const drained = queues.drain();
    const firstClaim = 4;
    await waitUntil(async () => ((await queues.statuses()).processing ?? 0) > firstClaim);
    expect(seen.started).toBe(2);
    open();
    expect(await drained).toMatchObject({ done: 100 });
  });

  test('does not hoard what the handlers cannot start soon', async () => {
    let most = 0;
    const handler: Numbered = async () => {
      const { processing = 0 } = await queues.statuses();
      most = Math.max(most, processing);
    };
    const queues = await openQueues(lane('plain', handler, { concurrency: 2, batchSize: 10 }));
    await queues.enqueueNumbers(300);
    await queues.drain();
    // Running, claimed ahead and just arriving, finished and on their way to be settled.
    expect(most).toBeLessThanOrEqual(2 + 2 * 10 + 2 * 12);
  });
});

describe('queues', () => {
  test('do not wait for each other', async () => {
    const { handler, seen, open } = gated();
    const fast: number[] = [];
    const queues = await openQueues(
      lane('slow', handler, { concurrency: 1 }),
      lane('fast', ({ payload }) => void fast.push(payload.n)),
    );
    await queues.enqueueNumbers(500);
    const drained = queues.drain();
    const doneIn = async (queue: string) =>
      (
        await queues.query(
          `select from millrace.delivery_status where queue = $1 and status = 'done'`,
          [queue],
        )
      ).length;
    await waitUntil(async () => (await doneIn('fast')) === 500);
    expect(seen.started).toBe(1);
    expect(await doneIn('slow')).toBe(0);
    open();
    expect(await drained).toMatchObject({ done: 1000 });
  });
});

describe('a result', () => {
  test('is settled while others of its batch still run', async () => {
    const gate = Promise.withResolvers<void>();
    const handler: Numbered = ({ payload }) => (payload.n === 0 ? gate.promise : undefined);
    const queues = await openQueues(lane('plain', handler));
    const [slow = '', ...others] = await queues.enqueueNumbers(10);
    const drained = queues.drain();
    await waitUntil(async () => (await queues.statuses()).done === others.length);
    expect(await queues.status(slow)).toMatchObject({ status: 'processing' });
    gate.resolve();
    expect(await drained).toMatchObject({ claimed: 10, done: 10 });
  });
});
