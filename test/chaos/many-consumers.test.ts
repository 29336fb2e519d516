// Several consumers on the same queues at the same time.
import { expect, test } from 'vitest';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { isLong } from '#test/support/chaos/seeded-random.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const consumers = 8;
const messages = isLong ? 200_000 : 20_000;

/** Two queues that write down each message that they handle: in batches, and one by one. */
async function setup(total: number) {
  const queues = await openQueues(
    defineQueue({
      name: 'in-batches',
      policy: { concurrency: 2 },
      subscriptions: [
        onBatch(numbered, 100, async (items, { database }) => {
          const ids = items.map(({ message }) => message.id);
          await database.query('insert into handled select * from unnest($1::uuid[])', [ids]);
        }),
      ],
    }),
    defineQueue({
      name: 'one-by-one',
      subscriptions: [on(numbered, ({ id }) => void oneByOne.push(id))],
    }),
  );
  const oneByOne: string[] = [];
  await queues.query(
    'drop table if exists handled; create table handled (message_id uuid not null)',
  );
  for (let stored = 0; stored < total; stored += 1_000) await queues.enqueueNumbers(1_000);
  return { queues, oneByOne };
}

test(`${consumers} consumers handle each of ${messages} messages once`, async () => {
  const { queues, oneByOne } = await setup(messages);
  const drains = Array.from({ length: consumers }, () => queues.drain());
  const summaries = await Promise.all(drains);
  const total = (figure: 'claimed' | 'done' | 'stale' | 'retried') =>
    summaries.reduce((sum, { [figure]: n }) => sum + n, 0);
  expect(total('claimed')).toBe(2 * messages);
  expect(total('done')).toBe(2 * messages);
  expect(total('stale') + total('retried')).toBe(0);
  expect(summaries.every(({ done }) => done > 0)).toBe(true);

  const handled = await queues.query(
    'select count(*)::integer as times, count(distinct message_id)::integer as ids from handled',
  );
  expect(handled).toEqual([{ times: messages, ids: messages }]);
  expect(oneByOne).toHaveLength(messages);
  expect(new Set(oneByOne).size).toBe(messages);
  expect(await queues.statuses()).toEqual({ done: 2 * messages });
  const attempts = await queues.query('select count(*)::integer from millrace.attempt_log');
  expect(attempts).toEqual([{ count: 2 * messages }]);
});

test('consumers that come while messages still arrive leave none behind', async () => {
  const { queues, oneByOne } = await setup(0);
  let isEnqueuing = true;
  const enqueue = async () => {
    for (let n = 0; n < 20; n += 1) await queues.enqueueNumbers(50);
    isEnqueuing = false;
  };
  const consume = async () => {
    while (isEnqueuing) await queues.drain();
  };
  await Promise.all([enqueue(), consume(), consume(), consume()]);
  await queues.drain();
  expect(oneByOne).toHaveLength(1000);
  expect(new Set(oneByOne).size).toBe(1000);
  expect(await queues.statuses()).toEqual({ done: 2000 });
});
