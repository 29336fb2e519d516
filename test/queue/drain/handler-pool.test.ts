// Which handlers run, and when, for deliveries that are simply there: no database takes part.
import { describe, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { Deadline } from '#queue/drain/deadline.ts';
import { DrainTally } from '#queue/drain/figures.ts';
import { HandlerPool } from '#queue/drain/handler-pool.ts';
import { Pace } from '#queue/drain/pace.ts';
import { InvocationEnded, LeaseLost } from '#queue/errors.ts';
import { queueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { numbered } from '#test/support/numbered.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const batched = defineMessageType({ name: 'test.batched', payload: numbered.payload });
const written = defineMessageType({ name: 'test.written', payload: numbered.payload });

const none: Database = { query: () => Promise.reject(new Error('no database takes part')) };

interface Started {
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
  finish(): void;
}

/** A pool whose handlers run until the test lets them finish. */
function setup(policy: Partial<QueuePolicy> = {}) {
  const started: Started[] = [];
  const start = (ids: readonly string[], signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    started.push({ ids, signal, finish: resolve });
    return promise;
  };
  const queue = defineQueue({
    name: 'plain',
    policy,
    subscriptions: [
      on(numbered, ({ id }, { signal }) => start([id], signal)),
      onBatch(batched, 3, (items, { signal }) => {
        return start(
          items.map(({ message }) => message.id),
          signal,
        );
      }),
      onInTransaction(written, () => {}),
    ],
  });
  const clock = { remainingMs: 60_000 };
  const deadline = new Deadline(() => clock.remainingMs);
  const runtime = queueRuntime(queue, { database: none, log: recordingLog(), deadline });
  const pace = new Pace(queue.policy);
  let finished = 0;
  const onFinished = () => {
    finished += 1;
  };
  const tally = new DrainTally();
  const pool = new HandlerPool(runtime, { pace, tally, deadline, onFinished });
  const ids = () => started.map((run) => run.ids);
  return { pool, pace, clock, started, ids, finished: () => finished };
}

const delivery = (id: string, type: string = numbered.name): ClaimedDelivery => ({
  id,
  type,
  version: 1,
  payload: { n: 1 },
  headers: null,
  createdAt: '2026-01-01T00:00:00Z',
  attempt: 1,
  groupKey: null,
  waitedMs: 0,
  token: `token of ${id}`,
});

const deliveries = (...ids: readonly string[]) => ids.map((id) => delivery(id));

describe('a pool', () => {
  test('starts as many handlers as may run at once, in claim order', async () => {
    const { pool, started, ids } = setup({ concurrency: 2 });
    pool.take(deliveries('a', 'b', 'c', 'd'));
    expect(ids()).toEqual([['a'], ['b']]);
    expect(pool).toMatchObject({ running: 2, unstarted: 2, finished: 0 });
    started[1]?.finish();
    await waitUntil(() => started.length === 3);
    expect(ids()).toEqual([['a'], ['b'], ['c']]);
    expect(pool).toMatchObject({ running: 2, unstarted: 1, finished: 1 });
    pool.take(deliveries('e'));
    expect(pool).toMatchObject({ running: 2, unstarted: 2 });
  });

  test('says when a handler has finished, with its result to be taken once', async () => {
    const { pool, started, finished } = setup();
    pool.take(deliveries('a', 'b'));
    for (const run of started) run.finish();
    await waitUntil(() => finished() === 2);
    expect(pool.takeResults()).toMatchObject([
      { id: 'a', token: 'token of a', outcome: 'done' },
      { id: 'b', token: 'token of b', outcome: 'done' },
    ]);
    expect(pool.takeResults()).toEqual([]);
    expect(pool).toMatchObject({ running: 0, unstarted: 0, finished: 0 });
  });

  test('gives a batch what is there of its type, up to its size', async () => {
    const { pool, ids } = setup({ concurrency: 3 });
    const ofBatch = (id: string) => delivery(id, batched.name);
    pool.take([ofBatch('a'), ofBatch('b'), delivery('c'), ofBatch('d'), ofBatch('e')]);
    await waitUntil(() => ids().flat().length === 5);
    expect(ids().toSorted()).toEqual([['a', 'b', 'd'], ['c'], ['e']]);
  });

  test('holds what runs and what has not started', async () => {
    const { pool, started } = setup({ concurrency: 1 });
    pool.take(deliveries('a', 'b', 'c'));
    expect(pool.held.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    started[0]?.finish();
    await waitUntil(() => started.length === 2);
    expect(pool.held.map(({ id }) => id)).toEqual(['b', 'c']);
  });
});

describe('a pool starts nothing', () => {
  test('without time for its slowest handler, and releases what it holds', async () => {
    const { pool, pace, clock, started } = setup({ concurrency: 1 });
    pace.record(10_000, 1, false);
    pool.take(deliveries('a', 'b', 'c'));
    expect(pool.mayStart).toBe(true);
    clock.remainingMs = 13_000;
    expect(pool.mayStart).toBe(false);
    started[0]?.finish();
    await waitUntil(() => pool.running === 0);
    expect(started).toHaveLength(1);
    pool.releaseUnstarted();
    expect(pool.takeResults()).toMatchObject([
      { id: 'a', outcome: 'done' },
      { id: 'b', token: 'token of b', outcome: 'release' },
      { id: 'c', token: 'token of c', outcome: 'release' },
    ]);
  });

  test('once a session was not to be had, not even for other types', async () => {
    const { pool, started, finished } = setup({ concurrency: 1 });
    pool.take([delivery('a', written.name), ...deliveries('b')]);
    await waitUntil(() => finished() === 1);
    expect(pool.mayStart).toBe(false);
    expect(pool).toMatchObject({ running: 0, unstarted: 1 });
    expect(started).toEqual([]);
    expect(pool.takeResults()).toEqual([{ id: 'a', token: 'token of a', outcome: 'release' }]);
  });

  test('once it is abandoned, and stops what runs', async () => {
    const { pool, started, finished } = setup({ concurrency: 1 });
    pool.take(deliveries('a', 'b'));
    const reason = new Error('no use');
    pool.abandon(reason);
    expect(started[0]?.signal.reason).toBe(reason);
    await waitUntil(() => finished() === 1);
    expect(started).toHaveLength(1);
    expect(pool.held).toEqual([]);
  });
});

describe('a handler that goes on after its run was aborted', () => {
  /** Resolves when everything has been told: nothing but promises takes part. */
  const abortFirst = (pool: HandlerPool) => {
    pool.dropLost(new Set(pool.held.slice(0, 1)));
    return new Promise(setImmediate);
  };

  test('keeps its place until it has ended, and only then hands on its result', async () => {
    const { pool, started, finished } = setup({ concurrency: 2 });
    pool.take(deliveries('a', 'b', 'c'));
    await abortFirst(pool);
    expect([pool.running, pool.unstarted, pool.finished]).toEqual([2, 1, 0]);
    started[1]?.finish();
    await waitUntil(() => started.length === 3);
    started[2]?.finish();
    await waitUntil(() => finished() === 2);
    expect(pool.takeResults()).toMatchObject([{ id: 'b' }, { id: 'c' }]);
    expect(pool).toMatchObject({ running: 1, mayStart: true });
    expect(pool.held.map(({ id }) => id)).toEqual(['a']);
    started[0]?.finish();
    await waitUntil(() => finished() === 3);
    expect(pool.takeResults()).toMatchObject([
      { id: 'a', outcome: 'retry', error: { name: 'LeaseLost' } },
    ]);
    expect(pool.held).toEqual([]);
  });

  test('lets nothing start when it has the last place', async () => {
    const { pool, started } = setup({ concurrency: 1 });
    pool.take(deliveries('a', 'b'));
    expect(pool.mayStart).toBe(true);
    await abortFirst(pool);
    expect(pool.mayStart).toBe(false);
    expect(started).toHaveLength(1);
    started[0]?.finish();
    await waitUntil(() => started.length === 2);
    expect(pool.mayStart).toBe(true);
  });

  test('is waited for no longer once it is forsaken', async () => {
    const { pool, finished } = setup({ concurrency: 2 });
    pool.take(deliveries('a', 'b'));
    await abortFirst(pool);
    expect(finished()).toBe(0);
    pool.forsake(new InvocationEnded());
    await new Promise(setImmediate);
    expect(pool.takeResults()).toMatchObject([
      { id: 'a', error: { name: 'LeaseLost' } },
      { id: 'b', error: { name: 'InvocationEnded' } },
    ]);
    expect(pool.running).toBe(0);
  });

  test('counts as slow for as long as it might run, and not for as long as it did', async () => {
    const { pool, pace, started, finished } = setup({ concurrency: 1 });
    pool.take(deliveries('a'));
    const { window } = pace;
    await abortFirst(pool);
    const decided = pace.window;
    expect(decided).not.toBe(window);
    started[0]?.finish();
    await waitUntil(() => finished() === 1);
    expect(pace).toMatchObject({ window: decided, slowestMs: 0 });
  });
});

describe('leases that were lost', () => {
  test('are forgotten before their handlers start, and stop those that run', () => {
    const { pool, started } = setup({ concurrency: 2 });
    const [a, b, c, d] = [delivery('a'), delivery('b'), delivery('c'), delivery('d')];
    pool.take([a, b, c, d]);
    expect(pool.dropLost(new Set([b, c]))).toEqual([c]);
    expect(pool.held).toEqual([a, b, d]);
    expect(started[0]?.signal.aborted).toBe(false);
    expect(started[1]?.signal.reason).toBeInstanceOf(LeaseLost);
  });

  test('stop a batch only when all of it is lost', async () => {
    const { pool, started } = setup();
    const batch = ['a', 'b'].map((id) => delivery(id, batched.name));
    pool.take(batch);
    await waitUntil(() => started.length === 1);
    expect(pool.dropLost(new Set(batch.slice(0, 1)))).toEqual([]);
    expect(started[0]?.signal.aborted).toBe(false);
    pool.dropLost(new Set(batch));
    expect(started[0]?.signal.reason).toBeInstanceOf(LeaseLost);
  });
});
