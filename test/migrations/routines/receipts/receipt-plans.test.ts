// What the calls for deliveries on SQS cost does not grow with what is remembered, whenever their plans were made.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { buffersOf, lasting, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const error = { name: 'Error', message: 'broken' };
const outcomes = ['done', 'retry', 'dead', 'snooze', 'release'];

/** Makes every call once, always with as much to do, and gives the plans of each. */
async function plansOfEveryCall(db: TestDatabase, client: Client, sqs: SqsQueue) {
  const plans: Record<string, Plan[]> = {};
  const watch = async (name: string, call: () => Promise<unknown>) => {
    plans[name] = await plansOf(client, call);
  };
  const by = sqs.on(client);
  const operator = new Operator(db.query).on(client);
  const relayed = async () => {
    await sqs.queue.enqueueMany(Array(10).fill({}));
    return sqs.relay();
  };
  const results = (copies: readonly WireMessage[], more: object) =>
    copies.map((message, n) => ({ message, outcome: outcomes[n % 5], error, ...more }));
  const first = await relayed();
  const token = randomUUID();
  await watch('receive', () => by.receive(first, { token, count: 1 }));
  await watch('receive again', () => by.receive(first, { token, count: 1 }));
  await watch('settle what was taken', () => by.settle(token, ...results(first, { attempt: 1 })));
  await watch('settle again', () => by.settle(token, ...results(first, { attempt: 1 })));
  const second = await relayed();
  await watch('settle', () => by.settle(randomUUID(), ...results(second, {})));
  const done = (copies: readonly WireMessage[]) =>
    copies.map((message) => ({ message, outcome: 'done', ms: 1 }));
  const plain = await relayed();
  await watch('settle done', () => by.settle(token, ...done(plain)));
  await watch('settle done again', () => by.settle(token, ...done(plain)));
  const leased = await relayed();
  await by.receive(leased, { token, count: 1 });
  await watch('settle what was taken as done', () => by.settle(token, ...done(leased)));
  const third = await relayed();
  await watch('resend', () =>
    by.settle(
      randomUUID(),
      ...results(third, { outcome: 'snooze', delaySeconds: 9_000, resend: true }),
    ),
  );
  const ids = third.map(({ id }) => id);
  await watch('priorities', () =>
    client.query('select millrace.priorities($1, $2, $3)', [sqs.queue.name, ids, [token]]),
  );
  await watch('rounds', () =>
    client.query('select millrace.rounds($1, $2)', [sqs.queue.name, ids]),
  );
  const fourth = await relayed();
  await watch('receive suspects', () => by.receive(fourth, { suspects: fourth.length }));
  const fifth = await relayed();
  await watch('bury', () => by.bury(fifth));
  await watch('redrive', () => operator.redrive({ ids: fifth.map(({ id }) => id) }));
  await watch('replay', () => operator.replay(second[0]?.id ?? ''));
  await db.query(
    `update millrace.receipt r set kept_until = current_date - 1
     from unnest($1::uuid[]) as i(id) where r.message_id = i.id`,
    [[...first, ...second].map(({ id }) => id)],
  );
  await watch('forget', () => client.query('select millrace.forget_receipts()'));
  return plans;
}

/** What is remembered of others. */
async function load(db: TestDatabase, { queue }: SqsQueue): Promise<void> {
  const id = (digit: number) =>
    `('01900000000070008' || ${digit} || lpad(to_hex(n), 14, '0'))::uuid`;
  const rows = 'from generate_series(1, 200000) as n, millrace.queue q where q.name = $1';
  await db.query(
    `insert into millrace.receipt (message_id, queue_id, lease_token, ended_at)
     select ${id(1)}, q.id, ${id(2)}, statement_timestamp() ${rows}`,
    [queue.name],
  );
  await db.query(
    `insert into millrace.attempt (message_id, lease_token, outcome, queue_id, attempt)
     select ${id(1)}, ${id(2)}, 'retry', q.id, 1 ${rows}`,
    [queue.name],
  );
  await db.query(
    `insert into millrace.delivery (message_id, queue_id, available_at, kib)
     select ${id(3)}, q.id, statement_timestamp() + interval '1 day', 1 ${rows}`,
    [queue.name],
  );
  await db.query(
    `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
     select ${id(4)}, q.id, n, 5, 1, q.name, '{}' ${rows}`,
    [queue.name],
  );
  await db.query(
    `insert into millrace.message (id, type, payload) select ${id(1)}, q.name, '{}' ${rows}`,
    [queue.name],
  );
}

const large =
  /^(receipt|delivery|parcel|dead_letter|attempt|done_attempts|message)(_\d|_default|$)/;

/** For ten deliveries. To read all of a table or an index would take thousands. */
const mostPages = 800;

/** What of the plans is not as it should be. */
function faultsOf(watched: Record<string, Plan[]>): string[] {
  return Object.entries(watched).flatMap(([call, plans]) => {
    const scanned = nodesOf(plans).filter(
      (node) => node['Node Type'] === 'Seq Scan' && large.test(node['Relation Name'] ?? ''),
    );
    const pages = buffersOf(plans);
    return [
      ...scanned.map((node) => `${call}: reads all of ${node['Relation Name']}`),
      ...(pages <= mostPages ? [] : [`${call}: reads ${pages} pages`]),
    ];
  });
}

test('no call reads all of a table, whenever its plans were made', async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const sqs = await declareSqsQueue(db);
  const client = await connect(db);
  // Plans are kept from the sixth call on.
  for (let call = 0; call < 6; call += 1) await plansOfEveryCall(db, client, sqs);
  await load(db, sqs);
  expect(await lasting(async () => faultsOf(await plansOfEveryCall(db, client, sqs)))).toEqual([]);
  await db.query('vacuum analyze');
  const other = await connect(db);
  // What a session reads of the catalog when it makes a call for the first time is not what is asked for.
  await plansOfEveryCall(db, other, sqs);
  expect(await lasting(async () => faultsOf(await plansOfEveryCall(db, other, sqs)))).toEqual([]);
}, 240_000);

/** The largest number of rows at which one step of a call looks, for each of so many. */
async function looksForEach(client: Client, count: number, call: () => Promise<unknown>) {
  const looks = nodesOf(await plansOf(client, call)).map(
    (node) =>
      ((node['Actual Rows'] ?? 0) +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Join Filter'] ?? 0)) *
      (node['Actual Loops'] ?? 0),
  );
  return Math.max(...looks) / count;
}

test('calls for a thousand deliveries look at a few rows for each, though tables were empty when they were planned', async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const sqs = await declareSqsQueue(db);
  const count = 1_000;
  for (const table of ['receipt', 'delivery', 'dead_letter', 'attempt_default'])
    await db.query(`vacuum millrace.${table}`);
  const client = await connect(db);
  const by = sqs.on(client);
  await sqs.queue.enqueueMany(Array(count).fill({}));
  const copies = await sqs.relay(count);
  expect(copies).toHaveLength(count);
  const token = randomUUID();
  await sqs.queue.enqueueMany(Array(count).fill({}));
  const others = await sqs.relay(count);
  const done = others.map((message) => ({ message, attempt: 1, outcome: 'done', ms: 1 }));
  const dead = copies.map((message) => ({ message, attempt: 1, outcome: 'dead', error }));
  const looks = {
    'receive for the first time': await looksForEach(client, count, () =>
      by.receive(others, { token, count: 1 }),
    ),
    done: await looksForEach(client, count, () => by.settle(token, ...done)),
    'done again': await looksForEach(client, count, () => by.settle(token, ...done)),
    receive: await looksForEach(client, count, () => by.receive(copies, { token, count: 1 })),
    settle: await looksForEach(client, count, () => by.settle(token, ...dead)),
    again: await looksForEach(client, count, () => by.settle(token, ...dead)),
    redrive: await looksForEach(client, count, () =>
      new Operator(db.query).on(client).redrive({ queue: sqs.queue.name }, { maxCount: count }),
    ),
  };
  expect(Object.entries(looks).filter(([, each]) => each >= 12)).toEqual([]);
});
