// Leases while handlers run: kept, and lost. A lease lasts five seconds here, the least that a policy takes.
import { expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { type Handler, type HandlerContext, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { LeaseLost } from '#queue/errors.ts';
import { numbered } from '#test/support/numbered.ts';
import { connectionLost, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

async function setup(handler: Handler<{ n: number }>, concurrency = 1) {
  // A handler that nobody aborts ends sooner than the test is given up.
  const policy = { leaseSeconds: 5, timeoutSeconds: 15, concurrency };
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(queue);
  const leases = () =>
    queues.query<{ id: string; ends: Date }>(
      'select message_id as id, lease_expires_at as ends from millrace.delivery order by sequence',
    );
  /** Another consumer takes the delivery, as after the end of its lease. */
  const steal = (id = '') =>
    queues.query(
      `update millrace.delivery
       set lease_token = gen_random_uuid(), lease_expires_at = statement_timestamp() + interval '1 hour',
         attempt = attempt + 1
       where message_id = $1`,
      [id],
    );
  return { queues, leases, steal };
}

/** Handlers that wait for the test; the contexts of those that have started. */
function gated() {
  const gate = Promise.withResolvers<void>();
  const contexts: HandlerContext[] = [];
  const handler: Handler<{ n: number }> = async (_, context) => {
    contexts.push(context);
    await gate.promise;
  };
  return { handler, contexts, open: gate.resolve };
}

test('a handler that takes long keeps its lease, and what waits behind it too', async () => {
  const { handler, contexts, open } = gated();
  const { queues, leases } = await setup(handler);
  await queues.enqueueNumbers(2);
  const drained = queues.drain();
  await waitUntil(() => contexts.length === 1);
  await waitUntil(async () => (await leases()).every(({ ends }) => ends !== null));
  const before = await leases();
  const areKept = async () => {
    const now = await leases();
    return before.every(({ ends }, index) => now[index] !== undefined && now[index].ends > ends);
  };
  // So long after their end nobody will extend them any more.
  const areLongOver = async () =>
    (
      await queues.query('select where statement_timestamp() > $1::timestamptz + $2::interval', [
        before[0]?.ends,
        '10 seconds',
      ])
    ).length > 0;
  await waitUntil(async () => (await areKept()) || (await areLongOver()));
  expect(await areKept()).toBe(true);
  open();
  expect(await drained).toMatchObject({ claimed: 2, done: 2, stale: 0 });
});

test('a lost lease aborts its handler, and neither its settle nor its follow-ups count', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const { queues, steal } = await setup((_, { signal, enqueue }) => {
    enqueue(numbered, { n: 7 });
    started.resolve(signal);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  });
  const [id = ''] = await queues.enqueueNumbers(1);
  const drained = queues.drain();
  const signal = await started.promise;
  await steal(id);
  const stolen = await queues.query('select * from millrace.delivery');
  expect(await drained).toMatchObject({ claimed: 1, done: 0, retried: 0, stale: 1 });
  expect(signal.reason).toBeInstanceOf(LeaseLost);
  expect(await queues.query('select * from millrace.delivery')).toEqual(stolen);
  expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
  const warnings = queues.log.lines.filter(({ level }) => level === 'warn');
  expect(warnings).toMatchObject([{ attributes: { messageId: id, queue: 'plain' } }]);
});

test('a lost delivery that has not started is not handled, and counts as lost', async () => {
  const { handler, contexts, open } = gated();
  const { queues, leases, steal } = await setup(handler);
  const [first = '', second = ''] = await queues.enqueueNumbers(2);
  const drained = queues.drain();
  await waitUntil(() => contexts.length === 1);
  await waitUntil(async () => (await leases()).every(({ ends }) => ends !== null));
  await steal(second);
  await waitUntil(() =>
    queues.log.lines.some(({ attributes }) => attributes['messageId'] === second),
  );
  open();
  expect(await drained).toMatchObject({ claimed: 2, done: 1, stale: 1 });
  expect(contexts).toHaveLength(1);
  expect(await queues.status(first)).toMatchObject({ status: 'done' });
  expect(await queues.status(second)).toMatchObject({ status: 'processing' });
});

test('a handler that has succeeded when its lease was gone leaves nothing behind', async () => {
  const { queues, steal } = await setup(async ({ id }, { enqueue }) => {
    enqueue(numbered, { n: 7 });
    await steal(id);
  });
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, done: 0, stale: 1 });
  expect(await queues.status(id)).toMatchObject({ status: 'processing' });
  expect(await queues.query('select from millrace.message')).toHaveLength(1);
  expect(await queues.query('select from millrace.attempt_log')).toEqual([]);
});

test('a lease that ran out while nobody took the delivery may still be settled', async () => {
  const { queues } = await setup(async (_, { database }) => {
    await database.query(
      `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 minute'`,
    );
  });
  await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, done: 1, stale: 0 });
});

test.each([
  ['is repeated when the connection is lost', connectionLost(), 0],
  ['only warns when it fails', new Error('out of order'), 1],
])('an extension %s', async (_, failure, warned) => {
  const { handler, contexts, open } = gated();
  const { queues, leases } = await setup(handler);
  let failures = 0;
  const database: Database = intercept(queues.database, async ({ text }, run) => {
    if (!text.includes('millrace.extend(') || failures > 0) return run();
    failures += 1;
    throw failure;
  });
  await queues.enqueueNumbers(1);
  const drained = queues.drain({ database });
  await waitUntil(() => contexts.length === 1);
  const [before] = await leases();
  await waitUntil(async () => Number((await leases())[0]?.ends) > Number(before?.ends));
  open();
  expect(await drained).toMatchObject({ done: 1 });
  expect(failures).toBe(1);
  expect(queues.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(warned);
});
