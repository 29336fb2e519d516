// What the calls for deliveries on SQS read does not grow: not with what waits, is delayed, blocked, dead or remembered, nor with the
// rows that an old snapshot keeps vacuum from removing.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { isLong } from '#test/support/chaos/seeded-random.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersOf, lasting, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

type Pages = Readonly<Record<string, number>>;
type Cursor = object | null;

interface Costs {
  readonly pages: Pages;
  readonly cursor: Cursor;
}

const each = 20;

/** How many pages each call reads for 20 deliveries, which have ended afterwards. cursor: where the relay's last claim has ended. */
async function costsOf(client: Client, sqs: SqsQueue, cursor: Cursor): Promise<Costs> {
  const by = sqs.on(client);
  const pages: Record<string, number> = {};
  let position = cursor;
  const reads = async <Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> => {
    let answer: Answer | undefined;
    pages[name] = buffersOf(await plansOf(client, async () => (answer = await call())));
    return answer as Answer;
  };
  const relayed = async () => {
    await by.queue.enqueueMany(Array(each).fill({}));
    const claim = await reads('claim', () => by.queue.claim({ count: each, cursor: position }));
    position = claim.cursor;
    expect(claim.deliveries).toHaveLength(each);
    const ids = claim.deliveries.map(({ id }) => id);
    await reads('rounds', () =>
      client.query('select millrace.rounds($1, $2)', [by.queue.name, ids]),
    );
    const sent = await by.sent(claim);
    await reads('settle as relayed', sent.relayed);
    return sent.copies;
  };
  const token = randomUUID();
  const plain = (await relayed()).map((message) => ({ message, outcome: 'done', ms: 1 }));
  await reads('settle what was not taken', () => by.settle(token, ...plain));
  await reads('settle again', () => by.settle(token, ...plain));
  const taken = await relayed();
  await reads('receive', () => by.receive(taken, { token, count: 1 }));
  const error = { name: 'Error', message: 'broken' };
  const retried = taken.map((message) => ({ message, outcome: 'retry', error, delaySeconds: 0 }));
  await reads('settle what was taken', () => by.settle(token, ...retried));
  await reads('receive what comes again', () => by.receive(taken, { token: randomUUID() }));
  await reads('bury', () => by.bury(taken));
  return { pages, cursor: position };
}

/** What reads more than a third more than before: an index may have got another level. */
const excess = (after: Pages, before: Pages) =>
  Object.entries(after).filter(([call, pages]) => pages > (before[call] ?? 0) * 1.33 + 2);

/** So many go through relay, receipt and settle, in batches that are committed each; answers where the last claim has ended. */
async function passThrough(client: Client, { queue }: SqsQueue, batches: number): Promise<Cursor> {
  await client.query(`
    do $$
    declare
      token uuid;
      claimed millrace.claimed;
      copies jsonb;
      cursor json;
    begin
      for n in 1..${batches} loop
        perform millrace.enqueue_many(jsonb_agg(jsonb_build_object('type', '${queue.type}')))
        from generate_series(1, 500);
        -- As if they had come one by one.
        perform millrace.part(array(select p.ctid from millrace.parcel p));
        commit;
        token := gen_random_uuid();
        select c.* into claimed from millrace.claim('${queue.name}', token, 500, cursor) as c;
        cursor := claimed.cursor;
        perform millrace.settle('${queue.name}', '[]', jsonb_build_array(
          jsonb_build_object('token', token, 'ids', claimed.ids, 'relayed', true)
        ));
        commit;
        select jsonb_agg(jsonb_build_object('count', 1, 'outcome', 'release', 'ms', 1, 'message', jsonb_build_object(
          'id', i, 'type', '${queue.type}', 'version', 1, 'payload', null, 'headers', null, 'createdAt', now(),
          'groupKey', null, 'attempt', 0, 'round', 0
        ))) into copies
        from json_array_elements_text(claimed.ids) as i;
        perform millrace.receive('${queue.name}', token, copies, 60);
        commit;
        perform millrace.settle_received('${queue.name}', token, copies);
        commit;
        token := gen_random_uuid();
        perform millrace.receive('${queue.name}', token, copies, 60);
        commit;
        perform millrace.settle_received('${queue.name}', token, (
          select jsonb_agg(c || '{"outcome": "done"}') from jsonb_array_elements(copies) as c
        ));
        commit;
      end loop;
      perform set_config('test.cursor', cursor::text, false);
    end $$`);
  const { rows } = await client.query(`select current_setting('test.cursor')::json as cursor`);
  return rows[0].cursor;
}

/** Somebody's long query: no row that is alive now can be removed before it ends. */
async function pinSnapshot(db: TestDatabase): Promise<Client> {
  const reader = await connect(db);
  await reader.query('begin isolation level repeatable read; select from millrace.receipt limit 1');
  return reader;
}

/** Warms up until the indexes have as many levels as in the end and plans are kept, and gives what the calls read then. */
async function costsAtFirst(client: Client, sqs: SqsQueue, cursor: Cursor): Promise<Costs> {
  let costs = await costsOf(client, sqs, cursor);
  for (let call = 0; call < 6; call += 1) costs = await costsOf(client, sqs, costs.cursor);
  return costs;
}

const batches = isLong ? 120 : 6;

test(`no call reads more after ${batches * 500} deliveries under an old snapshot`, async () => {
  const db = await createDatabase();
  const sqs = await declareSqsQueue(db);
  const client = await connect(db);
  const reader = await pinSnapshot(db);
  const first = await costsAtFirst(client, sqs, await passThrough(client, sqs, 2));
  let last: Costs = { pages: {}, cursor: await passThrough(client, sqs, batches) };
  const growth = async () => {
    last = await costsOf(client, sqs, last.cursor);
    return excess(last.pages, first.pages);
  };
  expect(await lasting(growth)).toEqual([]);
  // That nothing was removed: the claim from the start walks all of it.
  const fromStart = await costsOf(client, sqs, null);
  expect(fromStart.pages['claim']).toBeGreaterThan((last.pages['claim'] ?? 0) * 2);
  await reader.query('commit');
}, 120_000);

/** As many of each: what waits behind, is delayed or blocked, dead letters, and receipts of what has ended. */
async function load(db: TestDatabase, { queue }: SqsQueue, from: number, to: number) {
  const id = (digit: number) =>
    `('01900000000070008' || ${digit} || lpad(to_hex(n), 14, '0'))::uuid`;
  const rows = `from generate_series(${from}, ${to}) as n, millrace.queue q where q.name = $1`;
  const insert = (text: string) => db.query(`insert into millrace.${text} ${rows}`, [queue.name]);
  for (const [digit, dueAt] of [
    [1, `statement_timestamp()`],
    [2, `statement_timestamp() + interval '1 day'`],
    [3, `'infinity'`],
  ] as const) {
    await insert(`message (id, type, payload) select ${id(digit)}, '${queue.type}', '{}'`);
    await insert(
      `delivery (message_id, queue_id, priority, available_at, group_key, kib)
       select ${id(digit)}, q.id, ${digit === 2 ? 5 : 9}, ${dueAt}, ${digit === 3 ? `'one'` : 'null'}, 1`,
    );
  }
  await insert(
    `receipt (message_id, queue_id, attempts, outcome, lease_token, ended_at)
     select ${id(4)}, q.id, 1, 'done', ${id(5)}, statement_timestamp()`,
  );
  await insert(
    `attempt (message_id, lease_token, outcome, queue_id, attempt) select ${id(4)}, ${id(5)}, 'done', q.id, 1`,
  );
  await insert(
    `dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
     select ${id(6)}, q.id, n, 5, 1, q.name, 'one', '{}'`,
  );
}

const loaded = isLong ? 30_000 : 8_000;

test(`no call reads more with ${loaded} instead of 1,000 that wait, are delayed, blocked, dead or remembered`, async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const sqs = await declareSqsQueue(db, { engine: 'sqs-fifo' });
  const client = await connect(db);
  await load(db, sqs, 1, 1_000);
  const first = await costsAtFirst(client, sqs, await passThrough(client, sqs, 2));
  await load(db, sqs, 1_001, loaded);
  let last = first;
  const growth = async () => {
    last = await costsOf(client, sqs, last.cursor);
    return excess(last.pages, first.pages);
  };
  expect(await lasting(growth)).toEqual([]);
}, 120_000);
