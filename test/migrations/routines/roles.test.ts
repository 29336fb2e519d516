import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareQueue, done } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** What each role may call, and nothing else. */
const granted = {
  millrace_producer: [
    'enqueue',
    'enqueue_chord',
    'enqueue_many',
    'enqueue_plain',
    'enqueue_plain_to_wake',
    'enqueue_to_wake',
  ],
  millrace_consumer: [
    'backlog',
    'bury_received',
    'chord',
    'claim',
    'claim_suspects',
    'databases',
    'end_helper',
    'enqueue_forwarded',
    'extend',
    'fairness_keys',
    'figures',
    'fire_schedule',
    'forwards',
    'give_up_cover',
    'keep_forward',
    'maintain',
    'next_due',
    'priorities',
    'receive',
    'record_drain',
    'record_step',
    'recorded_steps',
    'report_progress',
    'revision',
    'rounds',
    'schema_version',
    'settle',
    'settle_and_claim',
    'settle_and_claim_in_rows',
    'settle_received',
    'sleep_in_steps',
    'start_helper',
    'status',
    'survey',
    'sweep_chords',
    'take_cover',
    'take_helpers',
    'wait_in_steps',
  ],
  millrace_operator: [
    'api_keys',
    'audit_lines',
    'blocked_groups',
    'cancel',
    'cancel_chord',
    'chain',
    'chord',
    'databases',
    'dead_letter_groups',
    'dead_letters',
    'discard',
    'drains',
    'end_growth',
    'find_api_key',
    'history',
    'messages',
    'next_due',
    'open_chords',
    'pause',
    'pause_key',
    'pause_schedule',
    'paused_keys',
    'purge',
    'queue_detail',
    'redrive',
    'replay',
    'resume',
    'resume_key',
    'resume_schedule',
    'revision',
    'revoke_api_key',
    'run_schedule',
    'schedules',
    'schema_version',
    'send_event',
    'settle_growth',
    'stats',
    'status',
    'status_token_key',
    'waiting_keys',
  ],
  public: [],
};

test.each(Object.entries(granted))(
  'lets %s call what is meant for it, and nothing else',
  async (role, names) => {
    const callable = await db.query(
      `select distinct p.proname as name from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace
       and has_function_privilege($1::text, p.oid, 'execute')
     order by 1`,
      [role],
    );
    expect(callable.map(({ name }) => name)).toEqual(names);
  },
);

test.each(Object.keys(granted))(
  'lets %s touch no table, view, sequence or column, save the views of statuses and attempts',
  async (role) => {
    const touchable = await db.query(
      `select c.relname || ' ' || privilege as grant
     from pg_class c
     cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
     where c.relnamespace = 'millrace'::regnamespace
       and c.relkind in ('r', 'p', 'v', 'm')
       and (
         has_table_privilege($1::text, c.oid, privilege)
         or privilege in ('select', 'insert', 'update', 'references')
           and has_any_column_privilege($1::text, c.oid, privilege)
       )
     union all
     select c.relname || ' ' || privilege
     from pg_class c
     cross join unnest(array['usage', 'select', 'update']) as privilege
     where c.relnamespace = 'millrace'::regnamespace
       and c.relkind = 'S'
       and has_sequence_privilege($1::text, c.oid, privilege)`,
      [role],
    );
    const expected =
      role === 'millrace_operator' ? ['attempt_log select', 'delivery_status select'] : [];
    expect(touchable.map(({ grant }) => grant)).toEqual(expected);
  },
);

test('lets nobody but the owner create anything in the schema', async () => {
  for (const role of Object.keys(granted)) {
    const text = `select has_schema_privilege($1::text, 'millrace', 'create') as may`;
    expect(await db.query(text, [role])).toEqual([{ may: false }]);
  }
});

test('fixes the search path of every function that runs with the rights of its owner', async () => {
  const unsafe = await db.query(
    `select p.oid::regprocedure::text as name, p.proconfig
     from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace
       and p.prosecdef
       and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)`,
  );
  expect(unsafe).toEqual([]);
});

test('lets a producer enqueue and see nothing', async () => {
  const queue = await declareQueue(db);
  const producer = await connect(db, 'millrace_producer');
  const id = await queue.on(producer).enqueue({ groupKey: 'g' });
  expect(await queue.on(producer).enqueueMany([{ id, payload: {} }])).toMatchObject([{ id }]);
  await expect(queue.on(producer).enqueue({ priority: 0 })).rejects.toMatchObject({
    code: 'MR002',
  });
  for (const statement of [
    'select * from millrace.message',
    'select * from millrace.delivery_status',
    `select millrace.status('${id}')`,
    `select millrace.claim('${queue.name}', '${id}', 1)`,
    `select millrace.store_messages('[]')`,
    `select millrace.create_api_key('me', '{operate}')`,
    'create table millrace.mine ()',
  ])
    await expect(producer.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('lets a consumer do all of its work', async () => {
  const queue = await declareQueue(db);
  const consumer = queue.on(await connect(db, 'millrace_consumer'));
  await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g' }]);
  const delivery = await consumer.claimOne();
  await consumer.extend(delivery);
  const enqueue = [{ type: queue.type, groupKey: 'g' }];
  const { claimed } = await consumer.settleAndClaim([done(delivery, { enqueue })]);
  expect(claimed.deliveries).toHaveLength(1);
  await queue.expireLeases();
  expect((await consumer.claimSuspect()).deliveries).toHaveLength(1);
});

test('lets an operator read statuses', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  const operator = await connect(db, 'millrace_operator');
  const { rows } = await operator.query(
    'select status from millrace.delivery_status where message_id = $1',
    [id],
  );
  expect(rows).toEqual([{ status: 'pending' }]);
  expect((await operator.query('select millrace.status($1)', [id])).rows).toHaveLength(1);
});

/** A role that may call what producers and consumers may, and puts traps wherever a name could lead. */
async function trespasser(own: TestDatabase): Promise<Client> {
  const database = new URL(own.directUrl).pathname.slice(1);
  const name = `trespasser_${randomUUID().replaceAll('-', '')}`;
  await own.query(`
    create role ${name} login in role millrace_producer, millrace_consumer;
    create schema ${name} authorization ${name};
    grant temporary on database ${database} to ${name}`);
  const client = await connect(own, name);
  await client.query(`
    set search_path = pg_temp, ${name}, millrace, pg_catalog;
    create table pg_temp.message (id uuid);
    create table pg_temp.delivery (message_id uuid);
    create table pg_temp.message_type (name text);
    create function ${name}.trap() returns text language plpgsql as $$
      begin raise exception 'trapped as %', current_user; end $$;
    create function ${name}.statement_timestamp() returns timestamptz language sql as
      $$ select ${name}.trap()::timestamptz $$;
    create function ${name}.jsonb_typeof(jsonb) returns text language sql as $$ select ${name}.trap() $$;
    create function ${name}.length(text) returns int language sql as $$ select ${name}.trap()::int $$;
    create function ${name}.less(timestamptz, timestamptz) returns boolean language sql as
      $$ select ${name}.trap()::boolean $$;
    create function ${name}.json_build_object(variadic text[]) returns json language sql as
      $$ select ${name}.trap()::json $$;
    create operator ${name}.<= (leftarg = timestamptz, rightarg = timestamptz, function = ${name}.less);
    create operator ${name}.= (leftarg = timestamptz, rightarg = timestamptz, function = ${name}.less)`);
  return client;
}

test('is not led astray by the search path, temporary tables or operators of its caller', async () => {
  const own = await createDatabase();
  const queue = await declareQueue(own);
  const client = await trespasser(own);
  await expect(client.query('select now() <= now()')).rejects.toThrow(/trapped as trespasser/);
  const connected = queue.on(client);
  await connected.enqueue({ delaySeconds: 0 }, { n: 1 });
  await connected.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g' }]);
  await expect(connected.enqueue({ priority: 99 })).rejects.toMatchObject({ code: 'MR002' });
  await client.query('select millrace.survey($1)', [[queue.name]]);
  const { deliveries } = await connected.claim({ count: 10 });
  expect(deliveries).toHaveLength(2);
  await connected.settle(...deliveries.map((delivery) => done(delivery)));
  await own.query('update millrace.queue set lease_seconds = 1');
  await connected.claimOne();
  await queue.expireLeases();
  expect((await connected.claimSuspect()).deliveries).toHaveLength(1);
  await client.query('select millrace.status(gen_random_uuid()), millrace.maintain()');
});
