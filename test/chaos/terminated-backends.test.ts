// Somebody terminates the database's connections, at random, while messages are enqueued and drained.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { isLong, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const terminations = isLong ? 500 : 40;
const batches = isLong ? 500 : 40;
const perBatch = 25;

function setup() {
  const policy = { maxAttempts: 1000, retryBaseSeconds: 0, batchSize: 50 };
  return openQueues(
    defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, () => {})] }),
    defineQueue({
      name: 'exactly-once',
      policy,
      subscriptions: [
        onInTransaction(numbered, async ({ id }, { transaction }) => {
          await transaction.query('insert into effect values ($1)', [id]);
        }),
      ],
    }),
  );
}

async function terminateSome({ query }: OpenQueues): Promise<void> {
  const random = seededRandom();
  for (let terminated = 0; terminated < terminations; ) {
    await wait(20 + random.below(100));
    const victims = await query(
      `select pg_terminate_backend(pid) from (
         select pid from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
         order by state = 'active' desc, md5(pid::text || $1) limit 1
       ) as victim`,
      [String(random.below(1_000_000))],
    );
    terminated += victims.length;
  }
}

async function enqueueSome({ database }: OpenQueues): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const messages = Array.from({ length: perBatch }, (_, n) => ({
      id: uuidV7(),
      type: numbered.name,
      payload: { n },
    }));
    await retryTransient(() => enqueueMessages(database, messages), { budgetMs: 20_000 });
  }
}

test(`terminated backends lose nothing and do nothing twice (seed ${seed})`, async () => {
  const queues = await setup();
  await queues.query('create table effect (message_id uuid not null)');
  const drain = () => queues.drain({ openSession: () => openSession(queues.url) });
  let isOver = false;
  const disturbing = Promise.all([terminateSome(queues), enqueueSome(queues)]).finally(() => {
    isOver = true;
  });
  const draining = async () => {
    while (!isOver) expect(await drain()).toMatchObject({ stale: 0, dead: 0 });
  };
  await Promise.all([disturbing, draining()]);
  for (let left = 1; left > 0; ) {
    await expireLeases(queues);
    await makeDue(queues);
    await drain();
    left = (
      await queues.query('select from millrace.delivery union all select from millrace.parcel')
    ).length;
  }

  const total = batches * perBatch;
  expect(await queues.statuses()).toEqual({ done: 2 * total });
  const effects = await queues.query(
    'select count(*)::integer as times, count(distinct message_id)::integer as ids from effect',
  );
  expect(effects).toEqual([{ times: total, ids: total }]);
  const ends = await queues.query(`select from millrace.attempt_log where outcome = 'done'`);
  expect(ends).toHaveLength(2 * total);
});
