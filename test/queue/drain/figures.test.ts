// What a drain tells of itself, beside what is known to have been there.
import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { type DrainFigures, DrainTally } from '#queue/drain/figures.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

async function setup(
  handler: Handler<{ n: number }> = () => {},
  policy: Partial<QueuePolicy> = {},
) {
  const lane = (name: string) =>
    defineQueue({ name, policy, subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(lane('first'), lane('second'));
  const all: DrainFigures[] = [];
  const drain = async (changes: Parameters<typeof queues.drain>[0] = {}) => {
    await queues.drain({ onFigures: (figures) => all.push(figures), ...changes });
    return all.at(-1);
  };
  return { queues, drain, all };
}

test('counts are those of the summary, and times those of calls and handlers', async () => {
  // The time is what is measured here.
  const { queues, drain } = await setup(() => new Promise((resolve) => setTimeout(resolve, 20)));
  await queues.enqueueNumbers(5);
  const figures = await drain();
  expect(figures?.summary).toMatchObject({ claimed: 10, done: 10, stale: 0 });
  expect(figures?.handlerMs).toHaveLength(10);
  expect(Math.min(...(figures?.handlerMs ?? []))).toBeGreaterThanOrEqual(19);
  expect(figures?.claimMs.length).toBeGreaterThan(1);
  expect(figures?.settleMs.length).toBeGreaterThan(1);
  for (const ms of [...(figures?.claimMs ?? []), ...(figures?.settleMs ?? [])])
    expect(ms).toBeGreaterThan(0);
});

describe('the distance', () => {
  /** The database's time is taken off, so that a negative one passes for the network's. */
  function tallied() {
    const tally = new DrainTally();
    const call = (networkMs: number, kib = 0) => {
      const answer = { databaseMs: -networkMs, deliveries: [], kib };
      return tally.timed({ results: [], wanted: 1 }, Promise.resolve(answer));
    };
    return { tally, call };
  }

  test('what calls take that bring large messages is no distance', async () => {
    const { tally, call } = tallied();
    for (let n = 0; n < 5; n += 1) await call(100, 4_000);
    expect(tally.networkMs).toBe(0);
    for (let n = 0; n < 3; n += 1) await call(200);
    // Less the little that this process has worked meanwhile.
    expect(tally.networkMs).toBeGreaterThan(150);
  });

  test('is not known from calls that open connections', async () => {
    const { tally, call } = tallied();
    // The first has the survey's connection.
    await Promise.all(Array.from({ length: 5 }, () => call(200)));
    expect(tally.networkMs).toBe(0);
    await Promise.all(Array.from({ length: 5 }, () => call(200)));
    expect(tally.networkMs).toBeGreaterThan(150);
  });
});

test('the oldest that waits is the oldest of all queues, from when it became due', async () => {
  const { queues, drain } = await setup();
  await queues.enqueueNumbers(3);
  await queues.query(
    `update millrace.delivery d set available_at = d.available_at - interval '1 hour'
     from millrace.queue q
     where q.id = d.queue_id and q.name = 'second'
       and d.sequence = (select min(e.sequence) from millrace.delivery e where e.queue_id = d.queue_id)`,
  );
  await queues.enqueueNumbers(3, { delaySeconds: 86_400 });
  const figures = await drain();
  expect(figures?.oldestWaitingSeconds).toBeGreaterThanOrEqual(3_600);
  expect(figures?.oldestWaitingSeconds).toBeLessThan(3_700);
});

test('one that comes back from a lost lease waits since it was due', async () => {
  const { queues, drain } = await setup();
  await queues.enqueueNumbers(4);
  await queues.query(`select millrace.claim('first', gen_random_uuid(), 4)`);
  await queues.query(
    `update millrace.delivery set available_at = available_at - interval '10 minutes' where lease_token is not null`,
  );
  await expireLeases(queues);
  const figures = await drain();
  expect(figures?.suspects).toBe(4);
  expect(figures?.oldestWaitingSeconds).toBeGreaterThanOrEqual(600);
  expect(figures?.summary).toMatchObject({ claimed: 8, done: 8 });
});

test('nothing waits in an idle drain, and it asks nothing more to know that', async () => {
  const { queues, drain } = await setup();
  await queues.enqueueNumbers(3, { delaySeconds: 60 });
  const counted = countStatements(queues.database);
  const figures = await drain({ database: counted });
  expect(counted.statements).toHaveLength(1);
  expect(figures).toMatchObject({ oldestWaitingSeconds: undefined, suspects: 0, handlerMs: [] });
});

test('a drain makes the same statements whether figures are asked for or not', async () => {
  const { queues, drain } = await setup();
  const texts = async (changes: object) => {
    await queues.enqueueNumbers(20);
    const counted = countStatements(queues.database);
    await drain({ database: counted, ...changes });
    return [...new Set(counted.statements.map(({ text }) => text))].sort();
  };
  const without = await texts({ onFigures: undefined });
  expect(await texts({})).toEqual(without);
});

test('a drain that fails gives its figures all the same', async () => {
  const { queues, drain, all } = await setup();
  await queues.enqueueNumbers(2);
  const failing = intercept(queues.database, ({ text, parameters }, run) => {
    if (text.includes('settle_and_claim') && parameters[0] === 'first')
      throw Object.assign(new Error('no right'), { code: '42501' });
    return run();
  });
  await expect(drain({ database: failing })).rejects.toThrow('no right');
  expect(all).toMatchObject([{ summary: { claimed: 2, done: 2 } }]);
});
