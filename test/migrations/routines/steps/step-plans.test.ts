// What the calls of handlers in steps cost does not grow with what is recorded, whenever their plans were made.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { isLong } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { buffersOf, lasting, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

/** Makes every call once, always with as much to do, and gives the plans of each. */
async function plansOfEveryCall(client: Client, queue: SqlQueue, operator: Operator) {
  const plans: Record<string, Plan[]> = {};
  const watch = async (name: string, call: () => Promise<unknown>) => {
    plans[name] = await plansOf(client, call);
  };
  const record = 'select millrace.record_step($1, $2, $3, $4, 1, $5, $6, 1)';
  await queue.enqueue();
  const delivery = await queue.on(client).claimOne();
  const { id, token } = delivery;
  const step = (number: number) => [queue.name, id, token, number, `step ${number}`, '{}'];
  for (let number = 0; number < 5; number += 1)
    await watch('record step', () => client.query(record, step(number)));
  await watch('record step again', () => client.query(record, step(4)));
  await watch('recorded steps', () =>
    client.query('select millrace.recorded_steps($1, $2)', [queue.name, id]),
  );
  await watch('status', () => client.query('select millrace.status($1)', [id]));
  await watch('revision', () => client.query('select millrace.revision($1)', [id]));
  await queue.on(client).settle(done(delivery));
  await watch('replay', () => operator.on(client).replay(id));
  await queue.on(client).settle(done(await queue.on(client).claimOne()));
  return plans;
}

function faultsOf(before: Record<string, Plan[]>, now: Record<string, Plan[]>): string[] {
  return Object.entries(now).flatMap(([call, plans]) => {
    const whole = nodesOf(plans).filter(
      (node) =>
        node['Node Type'] === 'Seq Scan' && /^(step|delivery)/.test(node['Relation Name'] ?? ''),
    );
    const [most, pages] = [buffersOf(before[call] ?? []) + 40, buffersOf(plans)];
    return [
      ...whole.map((node) => `${call}: reads all of ${node['Relation Name']}`),
      ...(pages <= most ? [] : [`${call}: reads ${pages} pages, ${most - 40} at first`]),
    ];
  });
}

const deliveries = isLong ? 5_000 : 1_500;

test(`every call costs the same at ${deliveries * 20} steps as at five`, async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const queue = await declareQueue(db);
  const operator = new Operator(db.query);
  const early = await connect(db);
  for (let n = 0; n < 6; n += 1) await plansOfEveryCall(early, queue, operator);
  const small = await plansOfEveryCall(early, queue, operator);
  // Of this week, as those of the calls are, and of one that has no partition.
  await db.query(
    `insert into millrace.step (message_id, queue_id, number, version, name, started_at)
     select (left(w.floor::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, q.id, p, 1, 'a step', statement_timestamp()
     from (values (millrace.uuid_floor(statement_timestamp())), ('01900000-0000-7000-8000-000000000000'::uuid)) as w(floor),
       generate_series(1, ${deliveries}) as n, generate_series(0, 9) as p, millrace.queue q
     where q.name = $1`,
    [queue.name],
  );
  const faults = (client: Client) =>
    lasting(async () => faultsOf(small, await plansOfEveryCall(client, queue, operator)));
  expect.soft(await faults(early), 'early').toEqual([]);
  const late = await connect(db);
  await plansOfEveryCall(late, queue, operator);
  expect.soft(await faults(late), 'late').toEqual([]);
  await db.query('analyze millrace.step');
  await plansOfEveryCall(late, queue, operator);
  expect.soft(await faults(late), 'known').toEqual([]);
});
