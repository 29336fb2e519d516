// Deliveries that stand in a parcel, in every read and under every operation: nobody can tell them from single ones.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

describe('their status', () => {
  test.each([
    { state: 'fresh', status: 'pending', attempt: 0 },
    { state: 'held', status: 'processing', attempt: 1 },
    { state: 'lost', status: 'pending', attempt: 1 },
  ] as const)('is $status of those whose lease is $state', async ({ state, status, attempt }) => {
    const queue = await declareQueue(db);
    const { ids } = await storeParcel(db, queue, { state });
    const operator = await connect(db, 'millrace_operator');
    const { rows } = await operator.query(
      `select message_id as id, queue, status, attempt, available_at <= now() as is_due, finished_at
       from millrace.delivery_status where message_id = any ($1) order by message_id`,
      [ids],
    );
    const all = { queue: queue.name, status, attempt, is_due: true, finished_at: null };
    expect(rows).toEqual(ids.map((id) => ({ id, ...all })));
    const { rows: one } = await operator.query('select millrace.status($1)', [ids[1]]);
    expect(one[0].status).toMatchObject({ status, deliveries: [{ queue: queue.name, status }] });
  });
});
