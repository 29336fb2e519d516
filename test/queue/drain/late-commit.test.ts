// What commits behind the cursor of a drain that is under way.
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { connect } from '#test/support/sql/connect.ts';

test('a message that commits behind the cursor is handled by the same drain', async () => {
  const seen: number[] = [];
  let commit = async () => {};
  const queue = defineQueue({
    name: 'plain',
    subscriptions: [
      on(numbered, async ({ payload }) => {
        seen.push(payload.n);
        if (payload.n === 299) await commit();
      }),
    ],
  });
  const queues = await openQueues(queue);
  const producer = await connect(queues);
  // Enqueued first, so it stands before all others, and still open when the drain begins.
  await producer.query('begin');
  await producer.query('select millrace.enqueue($1, $2)', [numbered.name, { n: -1 }]);
  commit = async () => void (await producer.query('commit'));
  await queues.enqueueNumbers(300);
  expect(await queues.drain()).toMatchObject({ done: 301 });
  expect(seen.at(-1)).toBe(-1);
});
