// Nobody has made partitions for weeks, so that this week's rows lie in the default partitions; now maintenance makes this
// week's while producers and consumers are at work. It is made to happen again and again.
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { isLong } from '#test/support/chaos/seeded-random.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { connect } from '#test/support/sql/connect.ts';
import { suffix } from '#test/support/sql/weeks.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const rounds = isLong ? 100 : 8;
const perBatch = 20;

const parents = ['done_attempts', 'attempt', 'step', 'message', 'event'];

/** Back to how it is after weeks without maintenance: this week has no partition, and its rows are in the default one. */
const loseWeek = parents
  .map(
    (parent) => `
      lock table millrace.${parent} in access exclusive mode;
      alter table millrace.${parent} detach partition millrace.${parent}_${suffix(0)};
      insert into millrace.${parent} select * from millrace.${parent}_${suffix(0)};
      drop table millrace.${parent}_${suffix(0)};`,
  )
  .join('');

async function maintainLate(queues: OpenQueues, isWorking: () => Promise<boolean>) {
  const operator = await connect(queues);
  for (let round = 0; round < rounds; round += 1) {
    await operator.query(`begin; ${loseWeek} commit`);
    await waitUntil(isWorking);
    // It gives up after 200 ms when somebody uses a table for longer than that.
    await waitUntil(async () => {
      await operator.query('select millrace.maintain()');
      const { rows } = await operator.query(`
        select from pg_class where relname = any (array[${parents.map((parent) => `'${parent}_${suffix(0)}'`)}])`);
      return rows.length === parents.length;
    });
  }
}

test('fails no enqueue, and costs no attempt', async () => {
  const policy = { maxAttempts: 1, batchSize: 10 };
  let handled = 0;
  const queues = await openQueues(
    defineQueue({
      name: 'plain',
      policy,
      subscriptions: [
        on(numbered, () => {
          handled += 1;
        }),
      ],
    }),
  );
  let isOver = false;
  let enqueued = 0;
  const enqueueing = async () => {
    while (!isOver) {
      const messages = Array.from({ length: perBatch }, (_, n) => ({
        id: uuidV7(),
        type: numbered.name,
        payload: { n },
      }));
      await enqueueMessages(queues.database, messages);
      enqueued += perBatch;
    }
  };
  const draining = async () => {
    while (!isOver || handled < enqueued)
      expect(await queues.drain()).toMatchObject({ retried: 0, stale: 0, dead: 0 });
  };
  const isWorking = async () => {
    const before = handled;
    await waitUntil(() => handled > before + perBatch);
    return true;
  };
  const disturbing = maintainLate(queues, isWorking).finally(() => {
    isOver = true;
  });
  await Promise.all([disturbing, enqueueing(), enqueueing(), draining(), draining()]);
  expect(await queues.statuses()).toEqual({ done: enqueued });
  const attempts = await queues.query(
    'select outcome, attempt, count(*)::integer from millrace.attempt_log group by 1, 2',
  );
  expect(attempts).toEqual([{ outcome: 'done', attempt: 1, count: enqueued }]);
});
