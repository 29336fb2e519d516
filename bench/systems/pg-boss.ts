// pg-boss by its documented batch calls; supervisor and scheduler rest while it is measured, which favours it.
import { PgBoss } from 'pg-boss';
import type { Payload } from '../message.ts';
import type { Client, DrainOptions, Shape, System } from '../system.ts';
import { drainWithOutcomes } from './pg-boss-outcomes.ts';
import { versionOf } from './version-of.ts';

/** So many consumers side by side in the process. */
const peer = (name: string, loops: number): System => ({
  name,
  family: 'peer',
  settings: `${versionOf('pg-boss')}: insert, fetch and complete in batches, loops side by side: ${loops}; a queue in a partition of its own, no supervision`,
  history: 'kept',
  features: ['groups', 'outcomes', 'claim'],
  async install({ postgres }, { queues, grouped }) {
    const boss = new PgBoss({ connectionString: postgres, supervise: false, schedule: false });
    boss.on('error', () => {});
    await boss.start();
    const policy = grouped ? 'key_strict_fifo' : 'standard';
    for (let n = 0; n < queues; n += 1)
      await boss.createQueue(queueName(n), { policy, partition: queues === 1, retryDelay: 60 });
    await boss.stop();
  },
  async connect({ postgres }, shape) {
    const boss = new PgBoss({
      connectionString: postgres,
      supervise: false,
      schedule: false,
      migrate: false,
    });
    boss.on('error', () => {});
    await boss.start();
    return client(boss, shape, loops);
  },
  fill: {
    ready: `insert into pgboss.job (name, data) select 'bench_0', $2::jsonb from generate_series(1, $1::integer)`,
    delayed: `insert into pgboss.job (name, data, start_after)
      select 'bench_0', $2::jsonb, now() + interval '1 day' from generate_series(1, $1::integer)`,
  },
});

export const pgBoss = peer('pg-boss', 1);
export const pgBossLoops = peer('pg-boss, three loops', 3);

const queueName = (n: number) => `bench_${n}`;

function client(boss: PgBoss, { queues }: Shape, loops: number): Client {
  return {
    async enqueue(messages, { queue = 0, groupKeys } = {}) {
      const jobs = messages.map((data, n) => {
        const singletonKey = groupKeys?.[n];
        return { data, ...(singletonKey !== undefined && { singletonKey }) };
      });
      await boss.insert(queueName(queue), jobs);
    },
    async drain(options) {
      if (options.outcomes) return drainWithOutcomes(boss, queueName(0), options, loops);
      const { batch, concurrency = batch * loops } = options;
      const shared = { ...options, batch: Math.min(batch, Math.ceil(concurrency / loops)) };
      for (let n = 0; n < queues; n += 1)
        await Promise.all(
          Array.from({ length: loops }, () => drainQueue(boss, queueName(n), shared)),
        );
    },
    claim: async (count) => (await boss.fetch<Payload>(queueName(0), { batchSize: count })).length,
    close: () => boss.stop({ graceful: false }),
  };
}

async function drainQueue(boss: PgBoss, name: string, { batch, handler }: DrainOptions) {
  for (;;) {
    const jobs = await boss.fetch<Payload>(name, { batchSize: batch });
    if (jobs.length === 0) return;
    await Promise.all(jobs.map(({ data }) => handler(data)));
    await boss.complete(
      name,
      jobs.map(({ id }) => id),
    );
  }
}
