// pgmq from its own published SQL, of which Millrace's repository holds none.
import { Pool } from 'pg';
import type { Payload } from '../message.ts';
import {
  type Client,
  type DrainOptions,
  type Handler,
  NeverAgain,
  type Shape,
  type System,
} from '../system.ts';
import { openFirst } from './open-first.ts';
import type { PgmqSql } from './pgmq-sql.ts';

/** So many consumers side by side in the process. */
export const pgmq = (sql: PgmqSql, name: string, loops: number): System => ({
  name,
  family: 'peer',
  settings: `${sql.origin}, without the extension: send_batch, read and archive by arrays, loops side by side: ${loops}`,
  history: 'kept',
  features: ['outcomes', 'claim'],
  async install({ postgres }, { queues }) {
    const pool = new Pool({ connectionString: postgres });
    await pool.query(sql.text);
    for (let n = 0; n < queues; n += 1) await pool.query('select pgmq.create($1)', [queueName(n)]);
    await pool.end();
  },
  async connect({ postgres }, shape) {
    const pool = new Pool({ connectionString: postgres, max: loops });
    await openFirst(pool);
    return connect(pool, shape, loops);
  },
  fill: {
    ready: `insert into pgmq.q_bench_0 (vt, message)
      select clock_timestamp(), $2::jsonb from generate_series(1, $1::integer)`,
    delayed: `insert into pgmq.q_bench_0 (vt, message)
      select clock_timestamp() + interval '1 day', $2::jsonb from generate_series(1, $1::integer)`,
  },
});

const queueName = (n: number) => `bench_${n}`;
const leaseSeconds = 90;

interface Read {
  readonly msg_id: string;
  readonly message: Payload;
}

function connect(pool: Pool, { queues }: Shape, loops: number): Client {
  pool.on('error', () => {});
  const read = async (queue: string, count: number) => {
    const text = 'select msg_id, message from pgmq.read($1, $2, $3)';
    return (await pool.query<Read>(text, [queue, leaseSeconds, count])).rows;
  };
  return {
    async enqueue(messages, { queue = 0 } = {}) {
      const texts = messages.map((message) => JSON.stringify(message));
      await pool.query('select pgmq.send_batch($1, $2::jsonb[])', [queueName(queue), texts]);
    },
    async drain(options) {
      const { batch, concurrency = batch * loops } = options;
      const shared = { ...options, batch: Math.min(batch, Math.ceil(concurrency / loops)) };
      for (let n = 0; n < queues; n += 1)
        await Promise.all(
          Array.from({ length: loops }, () => drainQueue(pool, queueName(n), read, shared)),
        );
    },
    claim: async (count) => (await read(queueName(0), count)).length,
    close: () => pool.end(),
  };
}

async function drainQueue(
  pool: Pool,
  queue: string,
  read: (queue: string, count: number) => Promise<Read[]>,
  { batch, handler }: DrainOptions,
): Promise<void> {
  for (;;) {
    const rows = await read(queue, batch);
    if (rows.length === 0) return;
    const isOver = await Promise.all(rows.map(({ message }) => isOverAfter(handler, message)));
    const over = rows.filter((_, n) => isOver[n]).map(({ msg_id }) => msg_id);
    const later = rows.filter((_, n) => !isOver[n]).map(({ msg_id }) => msg_id);
    await pool.query('select pgmq.archive($1, $2::bigint[])', [queue, over]);
    // There is no call for many.
    if (later.length > 0)
      await pool.query('select pgmq.set_vt($1, id, 60) from unnest($2::bigint[]) as id', [
        queue,
        later,
      ]);
  }
}

/** False when the message must come back; pgmq leaves dead letters to its users, so those end like the others. */
async function isOverAfter(handler: Handler, message: Payload): Promise<boolean> {
  try {
    await handler(message);
    return true;
  } catch (error) {
    return error instanceof NeverAgain;
  }
}
