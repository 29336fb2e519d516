// Not a queue: what one statement for each batch costs at the very least, with nothing to show for it afterwards.
import { Pool } from 'pg';
import type { Payload } from '../message.ts';
import type { Client, System } from '../system.ts';
import { openFirst } from './open-first.ts';

export const floor: System = {
  name: 'bare delete … returning',
  family: 'floor',
  settings:
    'one table, one statement for each batch; no retry, no lease, no validation, no history',
  history: 'deleted',
  features: ['claim'],
  async install({ postgres }) {
    const pool = new Pool({ connectionString: postgres });
    await pool.query(
      'create table floor (id bigint generated always as identity primary key, payload jsonb not null)',
    );
    await pool.end();
  },
  async connect({ postgres }) {
    const pool = new Pool({ connectionString: postgres, max: 1 });
    await openFirst(pool);
    return connect(pool);
  },
  fill: {
    ready: 'insert into floor (payload) select $2::jsonb from generate_series(1, $1::integer)',
  },
};

function connect(pool: Pool): Client {
  pool.on('error', () => {});
  const take = async (count: number) => (await pool.query<Taken>(taking, [count])).rows;
  return {
    async enqueue(messages) {
      await pool.query(
        'insert into floor (payload) select value from jsonb_array_elements($1::jsonb)',
        [JSON.stringify(messages)],
      );
    },
    async drain({ batch, concurrency = batch, handler }) {
      for (;;) {
        const rows = await take(Math.min(batch, concurrency));
        if (rows.length === 0) return;
        await Promise.all(rows.map(({ payload }) => handler(payload)));
      }
    },
    claim: async (count) => (await take(count)).length,
    close: () => pool.end(),
  };
}

interface Taken {
  readonly payload: Payload;
}

const taking = `
  delete from floor
  where id in (select id from floor order by id limit $1 for update skip locked)
  returning payload`;
