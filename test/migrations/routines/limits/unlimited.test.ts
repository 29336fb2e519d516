// Queues without limits pay nothing for those that have some.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

test('no call for a queue without limits reads or writes the tables of the limits', async () => {
  await declareQueue(db, { maxInFlight: 1, rateStarts: 1, rateSeconds: 1, rateBurst: 1 });
  await declareQueue(db, { fair: true, maxInFlightPerKey: 1 });
  const queue = await declareQueue(db, { maxAttempts: 2 });
  const client = await connect(db);
  const connected = queue.on(client);
  await client.query('begin');
  await connected.enqueueMany(Array.from({ length: 6 }, (_, n) => ({ groupKey: `g${n % 4}` })));
  const { deliveries } = await connected.claim({ count: 10 });
  await connected.extend(...deliveries);
  const outcomes = ['done', 'retry', 'snooze', 'release'];
  const ends = deliveries.map((each, n) =>
    end(outcomes[n] ?? '', each, { error: {}, delaySeconds: 0 }),
  );
  await connected.settleAndClaim(ends, { count: 10 });
  await connected.expireLeases();
  for (let dead = 0; dead === 0; await connected.expireLeases())
    dead = (await connected.claimSuspect()).dead.length;
  const { rows } = await client.query(
    `select relname as table, seq_scan + coalesce(idx_scan, 0) > 0 as "isRead",
       n_tup_ins + n_tup_upd + n_tup_del > 0 as "isWritten"
     from pg_stat_xact_user_tables
     where relname in ('delivery', 'in_flight', 'limited_key', 'rate', 'turn_reached')
     order by relname`,
  );
  await client.query('rollback');
  expect(rows).toEqual([
    { table: 'delivery', isRead: true, isWritten: true },
    { table: 'in_flight', isRead: false, isWritten: false },
    { table: 'limited_key', isRead: false, isWritten: false },
    { table: 'rate', isRead: false, isWritten: false },
    { table: 'turn_reached', isRead: false, isWritten: false },
  ]);
});

test('a claim without limits and parcels runs ten statements', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([{}, {}, {}]);
  const client = await connect(db);
  const plans = await plansOf(client, () => queue.on(client).claim({ count: 10 }));
  // One statement each for the queue's row, groups with marks, the levels that have work, the question where parcels begin, the
  // transactions that are under way, what is taken, its lease, its messages and the cursor; and the call.
  const statements = plans.map(({ query }) => query.trim().split(/\s+/).slice(0, 3).join(' '));
  expect(statements).toHaveLength(10);
});
