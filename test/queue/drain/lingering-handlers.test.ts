// Handlers that go on after their time is up: nobody can make them stop, so nobody else gets their place.
import { setTimeout as wait } from 'node:timers/promises';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf } from '#test/support/queue/intercept.ts';
import { invocationClock } from '#test/support/queue/invocation-clock.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { untilAborted } from '#test/support/queue/until-aborted.ts';
import { waitUntil } from '#test/support/wait-until.ts';

/** Work that goes on for a while after its time is up; how much of it is done at once. */
function stubbornWork() {
  const seen = { running: 0, most: 0, done: 0 };
  const work: Work = async (signal) => {
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    // Time is the subject. A check of a payload has no signal, and takes longer than it may.
    await (signal ? untilAborted(signal) : wait(150));
    await wait(150);
    seen.running -= 1;
    seen.done += 1;
  };
  return { seen, work };
}

type Work = (signal?: AbortSignal) => Promise<void>;

/** A type whose schema works before it answers. Not zod's, which begins such a check twice. */
function checkedBy(work: Work) {
  const validate = (value: unknown) => work().then(() => ({ value }));
  const payload: StandardSchemaV1 = { '~standard': { version: 1, vendor: 'test', validate } };
  return defineMessageType({ name: 'test.checked', payload });
}

/** Promises nothing, but can be awaited. */
class Awaitable {
  readonly #work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is what a handler may return, as query builders are
  then(...then: Parameters<Promise<void>['then']>) {
    return this.#work().then(...then);
  }
}

interface Kind {
  readonly subscribe: (work: Work) => readonly [AnyMessageType, Subscription];
  readonly timeoutSeconds?: number;
}

/** The same work, done in whatever code of the user's the engine waits for. */
const kinds: Record<string, Kind> = {
  'a handler': {
    subscribe: (work) => [numbered, on(numbered, (_, { signal }) => work(signal))],
  },
  'a handler that answers no promise, but what can be awaited': {
    subscribe(work) {
      const handler: Handler<{ n: number }> = (_, { signal }) =>
        new Awaitable(() => work(signal)) as unknown as Promise<void>;
      return [numbered, on(numbered, handler)];
    },
  },
  'a batch handler': {
    subscribe: (work) => [numbered, onBatch(numbered, 1, (_, { signal }) => work(signal))],
  },
  'a transactional handler': {
    subscribe: (work) => [numbered, onInTransaction(numbered, (_, { signal }) => work(signal))],
    // Time enough to open a session: without one the handler would not be started.
    timeoutSeconds: 1,
  },
  'a schema': {
    subscribe(work) {
      const checked = checkedBy(work);
      return [checked, on(checked, () => {})];
    },
  },
  'the check of a follow-up': {
    subscribe(work) {
      const checked = checkedBy(work);
      return [numbered, on(numbered, (_, { enqueue }) => void enqueue(checked, 1))];
    },
  },
};

const limits: Record<string, [most: number, Partial<QueuePolicy>, EnqueueOptions?]> = {
  'an in-flight limit of two': [2, { maxInFlight: 2 }],
  'a group': [1, {}, { groupKey: 'one' }],
};

describe.each(Object.entries(kinds))('%s that does not stop', (_, kind) => {
  async function setup(policy: Partial<QueuePolicy>, options?: EnqueueOptions) {
    const { seen, work } = stubbornWork();
    const [type, subscription] = kind.subscribe(work);
    const { timeoutSeconds = 0.1 } = kind;
    const queues = await openQueues(
      defineQueue({
        name: 'plain',
        policy: { timeoutSeconds, maxAttempts: 1, ...policy },
        subscriptions: [subscription],
      }),
    );
    for (let n = 0; n < 3; n += 1) await queues.enqueue(type, { n }, options);
    const drain = () => queues.drain({ openSession: () => openSession(queues.url) });
    return { queues, seen, drain };
  }

  test.each(Object.entries(limits))('keeps its place under %s', async (__, limit) => {
    const [most, policy, options] = limit;
    const { queues, seen, drain } = await setup(policy, options);
    await Promise.all([drain(), drain(), drain()]);
    await drain();
    expect(await queues.statuses()).toEqual({ dead: 3 });
    expect(seen).toEqual({ running: 0, most, done: 3 });
  });

  test('keeps its place among those that run at once', async () => {
    const { queues, seen, drain } = await setup({ concurrency: 1 });
    expect(await drain()).toMatchObject({ dead: 3, stale: 0 });
    expect(await queues.statuses()).toEqual({ dead: 3 });
    expect(seen).toEqual({ running: 0, most: 1, done: 3 });
  });
});

/** A queue whose handlers of 0 ignore that their time is up and wait for the test; what has started, and their contexts. */
async function gated(policy: Partial<QueuePolicy> = {}) {
  const gate = Promise.withResolvers<void>();
  const started: number[] = [];
  const contexts: HandlerContext[] = [];
  const handler: Handler<{ n: number }> = ({ payload: { n } }, context) => {
    started.push(n);
    if (n > 0) return;
    contexts.push(context);
    return gate.promise;
  };
  const queues = await openQueues(
    defineQueue({
      name: 'plain',
      policy: { timeoutSeconds: 0.1, ...policy },
      subscriptions: [on(numbered, handler)],
    }),
  );
  const isTimedOut = () => contexts[0]?.signal.aborted === true;
  const leaseOf = async (id: string) => {
    const [row] = await queues.query<{ ends: Date | null }>(
      'select lease_expires_at as ends from millrace.delivery where message_id = $1',
      [id],
    );
    return Number(row?.ends);
  };
  return { queues, started, contexts, isTimedOut, leaseOf, open: gate.resolve };
}

const timedOut = { outcome: 'retry', error: { name: 'HandlerTimeout' } };

describe('while a handler does not stop', () => {
  test('its lease is kept, and its attempt lasts until it has ended', async () => {
    const { queues, isTimedOut, leaseOf, open } = await gated({ leaseSeconds: 5 });
    const [id = ''] = await queues.enqueueNumbers(1);
    const drained = queues.drain();
    await waitUntil(isTimedOut);
    const before = await leaseOf(id);
    await waitUntil(async () => (await leaseOf(id)) > before);
    expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
    open();
    expect(await drained).toMatchObject({ claimed: 1, retried: 1, stale: 0 });
    expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [timedOut] }]);
    // Its lease was extended for the first time after a third of it.
    const [attempt] = await queues.query<{ seconds: number }>(
      `select extract(epoch from finished_at - started_at)::float as seconds
       from millrace.attempt_log`,
    );
    expect(attempt?.seconds).toBeGreaterThan(1.6);
  });

  test('the lane goes on with its other places, and asks nothing at the end of its queue', async () => {
    const { queues, started, isTimedOut, open } = await gated({ concurrency: 2 });
    await queues.enqueueNumbers(500);
    const database = countStatements(queues.database);
    let looks = 0;
    const remainingMs = () => {
      looks += 1;
      return 60_000;
    };
    const drained = queues.drain({ database, remainingMs });
    await waitUntil(async () => isTimedOut() && (await queues.statuses()).done === 499);
    // Whatever calls are under way have been answered.
    const settled = looks;
    await waitUntil(() => looks > settled + 6);
    const calls = database.statements.filter(exchangeOf).length;
    const before = looks;
    await waitUntil(() => looks > before + 12);
    expect(database.statements.filter(exchangeOf)).toHaveLength(calls);
    open();
    expect(await drained).toMatchObject({ claimed: 500, done: 499, retried: 1, released: 0 });
    expect(started).toHaveLength(500);
  });

  test('and has taken the last place, others get what waits behind it', async () => {
    const { queues, started, isTimedOut, open } = await gated({ concurrency: 1 });
    await queues.enqueueNumbers(5);
    const drained = queues.drain();
    await waitUntil(isTimedOut);
    await waitUntil(async () => (await queues.statuses()).pending === 4);
    expect(started).toEqual([0]);
    expect(await queues.drain()).toMatchObject({ claimed: 4, done: 4 });
    open();
    expect(await drained).toMatchObject({ done: 0, retried: 1 });
  });

  test('its lost lease frees no place, and its outcome does not count', async () => {
    const { queues, started, contexts, isTimedOut, open } = await gated({
      concurrency: 1,
      leaseSeconds: 5,
      timeoutSeconds: 30,
    });
    const [id = ''] = await queues.enqueueNumbers(2);
    const drained = queues.drain();
    await waitUntil(() => contexts.length === 1);
    await queues.query(
      `update millrace.delivery
       set lease_token = gen_random_uuid(), lease_expires_at = statement_timestamp() + interval '1 hour'
       where message_id = $1`,
      [id],
    );
    await waitUntil(isTimedOut);
    expect(contexts[0]?.signal.reason).toMatchObject({ name: 'LeaseLost' });
    await waitUntil(async () => (await queues.statuses()).pending === 1);
    expect(started).toEqual([0]);
    open();
    expect(await drained).toMatchObject({ stale: 1, done: 1, retried: 0 });
    expect(started).toEqual([0, 1]);
  });
});

describe('a handler that never ends', () => {
  test('ends with its invocation, which does other work until then, and is retried', async () => {
    const { queues, contexts, isTimedOut, open } = await gated({ concurrency: 2 });
    const [id = ''] = await queues.enqueueNumbers(3);
    const { remainingMs, run } = invocationClock();
    const drained = queues.drain({ remainingMs });
    await waitUntil(async () => isTimedOut() && (await queues.statuses()).done === 2);
    expect(await queues.status(id)).toMatchObject({ status: 'processing' });
    run(2_500);
    expect(await drained).toMatchObject({ claimed: 3, done: 2, retried: 1, released: 0 });
    expect(remainingMs()).toBeGreaterThan(0);
    expect(await queues.status(id)).toMatchObject({
      status: 'scheduled',
      deliveries: [{ attempts: [timedOut] }],
    });
    await makeDue(queues);
    open();
    expect(await queues.drain()).toMatchObject({ claimed: 1, done: 1 });
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});
