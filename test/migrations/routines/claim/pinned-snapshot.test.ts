import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersOf, lasting, plansOf } from '#test/support/sql/plans.ts';
import {
  type Claim,
  type ClaimOptions,
  declareQueue,
  done,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const messages = 300_000;

async function setup() {
  const db = await createDatabase();
  const queue = await declareQueue(db);
  await db.query(
    `with stored as (
       insert into millrace.message (id, type, payload)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '${queue.type}', '1'
       from generate_series(1, ${messages}) as n
       returning id
     )
     insert into millrace.delivery (message_id, queue_id, available_at, kib)
     select s.id, q.id, statement_timestamp(), 1
     from stored s, millrace.queue q where q.name = '${queue.name}'
     order by s.id`,
  );
  return { db, queue, client: await connect(db) };
}

/** Somebody's long query: no row that is alive now can be removed before it ends. */
async function pinSnapshot(db: TestDatabase): Promise<Client> {
  const reader = await connect(db);
  await reader.query(
    'begin isolation level repeatable read; select from millrace.delivery limit 1',
  );
  return reader;
}

/** Passes all but the last 20,000 through claim and settle, each batch committed; answers the last cursor. */
async function drainMost(client: Client, queue: SqlQueue): Promise<object> {
  await client.query(`
    do $$
    declare
      token uuid;
      done jsonb := '[]';
      cursor json;
      claimed millrace.claimed;
    begin
      for n in 1..${messages / 1_000 - 20} loop
        token := gen_random_uuid();
        select (s.claimed).* into claimed
        from millrace.settle_and_claim('${queue.name}', '[]', done, token, 1000, cursor) as s;
        commit;
        cursor := claimed.cursor;
        done := jsonb_build_array(jsonb_build_object('token', token, 'ids', claimed.ids));
      end loop;
      perform millrace.settle('${queue.name}', '[]', done);
      perform set_config('test.cursor', cursor::text, false);
    end $$`);
  const { rows } = await client.query(`select current_setting('test.cursor')::json as cursor`);
  return rows[0].cursor;
}

/** How many pages a claim reads, beside the claim itself; the deliveries are settled afterwards. */
async function claimCost(client: Client, queue: SqlQueue, options: ClaimOptions) {
  let claim: Claim | undefined;
  const plans = await plansOf(client, async () => {
    claim = await queue.on(client).claim({ count: 50, ...options });
  });
  const { deliveries = [], cursor = null } = claim ?? {};
  expect(deliveries).toHaveLength(50);
  await queue.on(client).settle(...deliveries.map((delivery) => done(delivery)));
  return { pages: buffersOf(plans), cursor };
}

test('a claim from its cursor reads no more after 280,000 messages than at first, under an old snapshot', async () => {
  const { db, queue, client } = await setup();
  const reader = await pinSnapshot(db);
  // The first calls plan, and planning reads the catalog.
  await claimCost(client, queue, {});
  const atFirst = await claimCost(client, queue, {});
  let cursor: object | null = await drainMost(client, queue);
  const growth = async () => {
    const atLast = await claimCost(client, queue, { cursor });
    cursor = atLast.cursor;
    return atLast.pages < atFirst.pages * 1.3 ? [] : [atLast.pages];
  };
  expect(await lasting(growth)).toEqual([]);

  // What the cursor saves: the same claim from the start walks everything that vacuum must keep.
  const fromStart = await claimCost(client, queue, {});
  expect(fromStart.pages).toBeGreaterThan(atFirst.pages * 20);
  await reader.query('commit');
}, 90_000);
