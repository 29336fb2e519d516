// graphile-worker with its defaults, and with the batching that its performance page recommends.
import { Logger, makeWorkerUtils, runOnce, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import type { Payload } from '../message.ts';
import type { Addresses, Client, DrainOptions, Shape, System } from '../system.ts';
import { versionOf } from './version-of.ts';

type Preset = NonNullable<GraphileConfig.Preset['worker']>;
type ToPreset = (options: DrainOptions) => Preset;

const schema = 'graphile_worker';
const silent = new Logger(() => () => {});

const taskName = (n: number) => `bench_${n}`;

const peer = (name: string, settings: string, toPreset: ToPreset): System => ({
  name,
  family: 'peer',
  settings: `${versionOf('graphile-worker')}: ${settings}, silent log`,
  history: 'deleted',
  features: ['groups', 'outcomes'],
  async install({ postgres }) {
    const pool = openPool(postgres);
    const utils = await makeWorkerUtils({ pgPool: pool, schema, logger: silent });
    await utils.migrate();
    await utils.release();
    await pool.end();
  },
  connect: (addresses, shape) => connect(addresses, toPreset, shape),
  // Nothing of it only claims, so there is nothing to fill for.
  fill: {},
});

export const graphileDefault = peer('graphile-worker, default', 'defaults', ({ concurrency }) => ({
  ...(concurrency !== undefined && { concurrentJobs: concurrency }),
}));

export const graphileBatching = peer(
  'graphile-worker, batching',
  'concurrentJobs 24 or what the workload asks for, a pool of 25, localQueue.size as the batch, completeJobBatchDelay and failJobBatchDelay 0',
  ({ batch, concurrency = 24 }) => ({
    concurrentJobs: concurrency,
    localQueue: { size: batch },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  }),
);

function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 25 });
  // It asks for these listeners by a warning.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function connect(
  { postgres, isPooled: noPreparedStatements = false }: Addresses,
  toPreset: ToPreset,
  { queues }: Shape,
): Promise<Client> {
  const pool = openPool(postgres);
  const shared = { pgPool: pool, noPreparedStatements };
  const utils = await makeWorkerUtils({ ...shared, schema, logger: silent });
  return {
    async enqueue(messages, { queue = 0, groupKeys } = {}) {
      const identifier = taskName(queue);
      await utils.addJobs(
        messages.map((payload, n) => {
          const queueName = groupKeys?.[n];
          return { identifier, payload, ...(queueName !== undefined && { queueName }) };
        }),
      );
    },
    async drain(options) {
      const worker = { schema, logger: silent, ...toPreset(options) };
      let handled = 0;
      const task = (data: unknown) => {
        handled += 1;
        return options.handler(data as Payload);
      };
      const names = Array.from({ length: queues }, (_, n) => taskName(n));
      const taskList: TaskList = Object.fromEntries(names.map((name) => [name, task]));
      // A run ends at the first short fetch, although handling heads of queues makes others ready.
      do await runOnce({ ...shared, preset: { worker }, noHandleSignals: true }, taskList);
      while (handled < options.count);
    },
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
