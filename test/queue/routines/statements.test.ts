// How many calls a drain makes: each is a round trip to a database that may be far away.
import { expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf, nearby } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

async function setup(handler: Handler<{ n: number }> = () => {}) {
  const names = ['first', 'second', 'third'];
  const lanes = names.map((name) => defineQueue({ name, subscriptions: [] }));
  // So many at once that a slow machine does not make the handlers look slow.
  const policy = { concurrency: 200 };
  const queue = defineQueue({ name: 'busy', policy, subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(...lanes, queue);
  const counted = countStatements(queues.database);
  return { queues, counted };
}

test('an idle drain makes one call, however many queues there are', async () => {
  const { queues, counted } = await setup();
  await queues.drain({ database: counted });
  expect(counted.statements.map(({ text }) => text)).toEqual([
    'select millrace.survey($1, $2) as survey, millrace.schema_version() as version',
  ]);
});

test('a drain with nothing but later messages makes one call', async () => {
  const { queues, counted } = await setup();
  await queues.enqueueNumbers(50, { delaySeconds: 60 });
  await queues.drain({ database: counted });
  expect(counted.statements).toHaveLength(1);
});

test.each([
  ['synchronous', () => {}],
  ['asynchronous', () => new Promise<void>(setImmediate)],
])('a backlog costs one call a batch with %s handlers', async (_, handler) => {
  const { queues, counted } = await setup(handler);
  const batches = 30;
  await queues.enqueueNumbers(batches * 200);
  expect(await queues.drain({ database: nearby(counted) })).toMatchObject({ done: batches * 200 });
  // Two surveys, a first claim while nothing is known of the handlers, and each of the three callers finds the end with
  // one call, or settles with another what was left over.
  const besides = 9;
  expect(counted.statements.length).toBeLessThanOrEqual(batches + besides);
});

test('no two calls carry the same results, and none is made for nothing', async () => {
  const { queues, counted } = await setup();
  await queues.enqueueNumbers(700);
  await queues.drain({ database: counted });
  const exchanges = counted.statements.flatMap((each) => exchangeOf(each) ?? []);
  const settled = exchanges.flatMap(({ ids }) => ids);
  expect(settled).toHaveLength(700);
  expect(new Set(settled).size).toBe(700);
  for (const { ids, wanted } of exchanges) expect(ids.length + wanted).toBeGreaterThan(0);
});
