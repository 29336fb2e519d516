import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';

const db = await createDatabase();
await db.query(`select millrace.sync('{"messageTypes": [], "queues": [], "retentionDays": 30}')`);

const delivery = {
  message_id: 'gen_random_uuid()',
  available_at: 'statement_timestamp()',
  queue_id: '1',
};
const lease = {
  lease_token: 'gen_random_uuid()',
  lease_expires_at: 'statement_timestamp()',
  attempt: '1',
};
const queue = {
  id: '1',
  name: 'gen_random_uuid()::text',
  lease_seconds: '30',
  max_attempts: '3',
  retry_base_seconds: '1',
  retry_maximum_seconds: '2',
};
const rate = { rate_starts: '1', rate_seconds: '1', rate_burst: '1' };
const rateOfKey = {
  rate_per_key_starts: '1',
  rate_per_key_seconds: '1',
  rate_per_key_burst: '1',
};
const drained = ['claimed', 'done', 'retried', 'snoozed', 'dead', 'released', 'stale'];
const one = `array['01920000-0000-7000-8000-000000000001'::uuid]`;
const none = `'{}'::uuid[]`;
const parcel = {
  queue_id: '1',
  priority: '5',
  first_id: 'gen_random_uuid()',
  message_ids: one,
  kibs: `'{1}'`,
};
const places = { sequences: `'{1}'`, available_ats: 'array[statement_timestamp()]' };
const parcelLease = {
  lease_token: 'gen_random_uuid()',
  lease_expires_at: 'statement_timestamp()',
};
const rows = {
  delivery,
  parcel,
  done_attempts: {
    first_id: 'gen_random_uuid()',
    lease_token: 'gen_random_uuid()',
    queue_id: '1',
    attempt: '1',
    message_ids: one,
    run_ms: `'{1}'`,
  },
  queue,
  drain_log: { queue_id: '1', ...Object.fromEntries(drained.map((name) => [name, '1'])) },
  queue_history: {
    queue_id: '1',
    slot_seconds: '60',
    slot_at: 'statement_timestamp()',
    done: '1',
    retried: '0',
    snoozed: '0',
    dead: '0',
  },
  setting: { only_row: 'true' },
  message_type: { name: `'a.b'`, is_public: 'false' },
  placement: { number: '1', databases: '3' },
  chord: {
    id: 'gen_random_uuid()',
    enqueued_by: '0',
    follower: `'{}'`,
    waits_for: 'gen_random_uuid()',
  },
  chord_members: {
    chord_id: 'gen_random_uuid()',
    first_id: 'gen_random_uuid()',
    message_ids: one,
  },
  receipt: { message_id: 'gen_random_uuid()', queue_id: '1' },
  event: { message_id: 'gen_random_uuid()', name: `'approved'`, payload: `'null'` },
  step: {
    message_id: 'gen_random_uuid()',
    queue_id: '1',
    number: '0',
    version: '1',
    name: `'charge'`,
    started_at: 'statement_timestamp()',
  },
  schedule: { name: `'weekly'`, type: `'a.b'`, rule: `'0 8 * * *'`, catch_up: `'"skip"'` },
};
type Table = keyof typeof rows;

/** Rolled back: asks only whether the row may be. */
async function insert(table: Table, change: Record<string, string>): Promise<void> {
  const row = { ...rows[table], ...change };
  const columns = Object.keys(row).join(', ');
  const replaced = table === 'setting' ? 'delete from millrace.setting;' : '';
  await db.query(`
    begin;
    ${replaced}
    insert into millrace.${table} (${columns}) values (${Object.values(row).join(', ')})`);
}

const broken: [Table, string, Record<string, string>][] = [
  ['parcel', 'parcel_is_filled', { message_ids: none, kibs: `'{}'` }],
  ['parcel', 'parcel_has_sizes', { kibs: `'{1, 1}'` }],
  ['parcel', 'priority_in_range', { priority: '10' }],
  ['parcel', 'parcel_lease_is_whole', { lease_token: 'gen_random_uuid()' }],
  ['parcel', 'parcel_has_places', { sequences: `'{1}'` }],
  ['parcel', 'parcel_has_places', { ...places }],
  ['parcel', 'parcel_has_places', { ...places, ...parcelLease, sequences: `'{1, 2}'` }],
  ['done_attempts', 'done_attempts_are_few', { message_ids: none, run_ms: `'{}'` }],
  ['done_attempts', 'done_attempts_have_times', { run_ms: `'{1, 1}'` }],
  ['delivery', 'priority_in_range', { priority: '0' }],
  ['delivery', 'priority_in_range', { priority: '10' }],
  ['delivery', 'losses_positive', { lost_leases: '0' }],
  ['delivery', 'lease_is_an_attempt', { ...lease, lease_token: 'null' }],
  ['delivery', 'lease_is_an_attempt', { ...lease, attempt: '0' }],
  ['delivery', 'blocked_waits_in_a_group', { available_at: `'infinity'` }],
  ['delivery', 'blocked_waits_in_a_group', { available_at: `'-infinity'` }],
  [
    'delivery',
    'blocked_waits_in_a_group',
    { ...lease, available_at: `'infinity'`, group_key: `'g'` },
  ],
  ['queue', 'lease_in_range', { lease_seconds: '0' }],
  ['queue', 'lease_in_range', { lease_seconds: '43201' }],
  ['queue', 'attempts_in_range', { max_attempts: '0' }],
  ['queue', 'attempts_in_range', { max_attempts: '1001' }],
  ['queue', 'retry_base_in_range', { retry_base_seconds: '-0.1' }],
  ['queue', 'retry_base_in_range', { retry_base_seconds: `'NaN'` }],
  ['queue', 'retry_base_in_range', { retry_base_seconds: `'Infinity'` }],
  ['queue', 'retry_maximum_in_range', { retry_maximum_seconds: '-1' }],
  ['queue', 'retry_maximum_in_range', { retry_maximum_seconds: `'NaN'` }],
  ['queue', 'engine_is_known', { engine: `'kafka'` }],
  ['receipt', 'receipt_is_one_of_these', { ...parcelLease, due_at: 'statement_timestamp()' }],
  ['receipt', 'receipt_is_one_of_these', { ...parcelLease, ended_at: 'statement_timestamp()' }],
  ['receipt', 'receipt_is_one_of_these', { ...parcelLease, lease_token: 'null' }],
  ['step', 'steps_are_few', { number: '250' }],
  ['step', 'step_kind_is_known', { kind: `'nap'`, due_at: 'statement_timestamp()' }],
  ['step', 'only_what_waits_is_due', { kind: `'sleep'` }],
  ['step', 'only_what_waits_is_due', { kind: `'event'` }],
  ['step', 'only_what_waits_is_due', { due_at: 'statement_timestamp()' }],
  ['step', 'only_what_waits_is_open', { finished_at: 'null' }],
  ['step', 'step_result_is_small', { result: `to_json(repeat('x', 16384))` }],
  ['event', 'event_payload_is_small', { payload: `to_json(repeat('x', 16384))` }],
  ['drain_log', 'run_not_negative', { run_ms: '-1' }],
  ['queue_history', 'slot_is_known', { slot_seconds: '300' }],
  ['placement', 'one_placement', { only_row: 'false' }],
  ['placement', 'databases_in_range', { databases: '1', number: '0' }],
  ['placement', 'databases_in_range', { databases: '17' }],
  ['placement', 'number_in_range', { number: '-1' }],
  ['placement', 'number_in_range', { number: '3' }],
  ['placement', 'before_is_less', { before: '3' }],
  ['placement', 'before_is_less', { before: '0' }],
  ['chord', 'chord_ends_before_it_is_followed', { follower_id: 'gen_random_uuid()' }],
  ['chord_members', 'chord_members_are_few', { message_ids: none }],
  ['chord_members', 'chord_members_are_counted_together', { done: '1' }],
  ['setting', 'one_row', { only_row: 'false' }],
  ['setting', 'retention_in_range', { retention_days: '0' }],
  ['setting', 'retention_in_range', { retention_days: '3651' }],
  ['message_type', 'retention_in_range', { retention_days: '0' }],
  ['message_type', 'version_is_positive', { version: '0' }],
  ['queue', 'group_concurrency_positive', { group_concurrency: '0' }],
  ['queue', 'in_flight_positive', { max_in_flight: '0' }],
  ['queue', 'depth_positive', { max_depth: '0' }],
  ['queue', 'rate_starts_positive', { ...rate, rate_starts: '0' }],
  ['queue', 'rate_seconds_positive', { ...rate, rate_seconds: '0' }],
  ['queue', 'rate_burst_positive', { ...rate, rate_burst: '0' }],
  ['queue', 'rate_is_whole', { ...rate, rate_burst: 'null' }],
  ['queue', 'rate_per_key_starts_positive', { ...rateOfKey, rate_per_key_starts: '0' }],
  ['queue', 'rate_per_key_seconds_positive', { ...rateOfKey, rate_per_key_seconds: '0' }],
  ['queue', 'rate_per_key_burst_positive', { ...rateOfKey, rate_per_key_burst: '0' }],
  ['queue', 'rate_per_key_is_whole', { ...rateOfKey, rate_per_key_burst: 'null' }],
  ['schedule', 'next_due_at_is_finite', { next_due_at: `'infinity'` }],
];

test.each(broken)('%s refuses what breaks %s: %j', async (table, constraint, change) => {
  await expect(insert(table, change)).rejects.toMatchObject({ code: '23514', constraint });
  await db.query('rollback');
});

test.each<[Table, Record<string, string>]>([
  ['delivery', {}],
  ['delivery', lease],
  ['parcel', { ...places, ...parcelLease }],
  ['delivery', { priority: '1', attempt: '32767' }],
  ['delivery', { available_at: `'infinity'`, group_key: `'g'` }],
  ['delivery', { lease_token: 'gen_random_uuid()' }],
  ['receipt', {}],
  ['receipt', parcelLease],
  ['receipt', { lease_token: 'gen_random_uuid()', ended_at: 'statement_timestamp()' }],
  ['queue', rate],
  ['queue', { engine: `'sqs-fifo'` }],
  ['queue', { engine: `'database'` }],
  ['chord_members', { done: '1', dead: '0', cancelled: '0' }],
  ['placement', { before: '2' }],
  ['placement', { databases: '16', number: '15' }],
  ['queue', { lease_seconds: '43200', max_attempts: '1000', retry_base_seconds: '0' }],
  ['setting', { retention_days: '3650' }],
])('%s takes %j', async (table, change) => {
  await insert(table, change);
  await db.query('rollback');
});

test('tests every check that the tables have', async () => {
  const checks = await db.query(
    `select distinct c.conname as name from pg_constraint c
     where c.connamespace = 'millrace'::regnamespace and c.contype = 'c'
     order by 1`,
  );
  const tested = new Set(broken.map(([, constraint]) => constraint));
  expect(checks.map(({ name }) => name)).toEqual([...tested].sort());
});

test.each([
  [
    'delivery_is_unique',
    'delivery (message_id, queue_id, available_at)',
    `'{ID}', 1, statement_timestamp()`,
  ],
  ['message_default_pkey', 'message (id, type, payload)', `'{ID}', 'a', '1'`],
  [
    'queue_name_is_unique',
    'queue (id, name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds)',
    `(select count(*) from millrace.queue), '{ID}', 1, 1, 1, 1`,
  ],
  [
    'secret_is_unique',
    'api_key (name, secret_hash, scopes)',
    `gen_random_uuid()::text, '{ID}', '{}'`,
  ],
])('holds %s', async (constraint, into, values) => {
  const text = `insert into millrace.${into} values (${values.replace('{ID}', '00000000-0000-7000-8000-000000000001')})`;
  await db.query(text);
  await expect(db.query(text)).rejects.toMatchObject({ code: '23505', constraint });
});
