// What operators do costs the same at a million deliveries in parcels as at ten, whenever its plans were made.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import { buffersOf, lasting, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareQueue, type SqlQueue } from '#test/support/sql/sql-queue.ts';

/**
 * Pages for calls that count up to 10,000 deliveries, which are 100 parcels, that cancel as many as these have, or that look
 * whether the messages of 10,000 are there, at some pages each.
 */
const searching: Readonly<Record<string, number>> = {
  stats: 500,
  figures: 500,
  backlog: 500,
  purge: 1_500,
  'messages of a status': 25_000,
};

/** Makes every call once, always with as much to do. */
async function plansOfEveryCall(db: TestDatabase, client: Client, queue: SqlQueue) {
  const { ids } = await storeParcel(db, queue, { count: 10, priority: 1 });
  const level = { priority: 5, availableAt: '-infinity', sequence: 0 };
  const counted = [{ queue: queue.name, cursor: [level], eachMs: 1, concurrency: 1 }];
  const rare = { traceId: '0'.repeat(32), status: 'pending' };
  const calls: Readonly<Record<string, readonly [string, ...unknown[]]>> = {
    status: ['status($1)', ids[0]],
    revision: ['revision($1)', ids[0]],
    cancel: ['cancel($1)', ids[0]],
    replay: ['replay($1, $2)', ids[1], queue.name],
    'replay of another': ['replay($1, $2)', ids[0], queue.name],
    stats: ['stats($1)', queue.name],
    figures: ['queue_figures(q.id, q.name, $2) from millrace.queue q where q.name = $1'],
    backlog: ['backlog($1, 1, 10000)', JSON.stringify(counted)],
    'messages of a status': ['messages($1)', rare],
    erase: ['erase_messages($1)', ids],
    'is needed': ['is_needed($1, $2)', ids[0], ids[9]],
    purge: ['purge($1, $1, 10)', queue.name],
  };
  const plans: Record<string, Plan[]> = {};
  for (const [name, [text, ...given]] of Object.entries(calls)) {
    const parameters = name === 'figures' ? [queue.name, '-infinity'] : given;
    plans[name] = await plansOf(client, () => client.query(`select millrace.${text}`, parameters));
  }
  return plans;
}

/** A million deliveries of which none is looked for, 10,000 in each span. */
const load = ({ query }: TestDatabase, { name }: SqlQueue) =>
  query(
    `insert into millrace.parcel (queue_id, priority, available_at, first_id, message_ids, kibs)
     select q.id, 5, statement_timestamp() + k * interval '1 microsecond', made.ids[1], made.ids, array_fill(1, array[100])
     from millrace.queue q
     cross join generate_series(1, 10000) as k
     -- Whole lists at once: a million ids one by one would take most of the test's time.
     cross join (
       select '{' || string_agg('01900000-SPAN-7000-8000-THE_PARCEL' || lpad(to_hex(n), 2, '0'), ',') || '}' as list
       from generate_series(1, 100) as n
     ) as any_parcel
     cross join lateral (
       select replace(
         replace(list, 'SPAN', lpad(to_hex(k / 100 * 256), 4, '0')), 'THE_PARCEL', lpad(to_hex(k), 10, '0')
       )::uuid[] as ids
       offset 0
     ) as made
     where q.name = $1`,
    [name],
  );

const isWhole = (type: string, relation = '') =>
  type === 'Seq Scan' &&
  /^(parcel|delivery|message|attempt|done_attempts)(_\d|_default|$)/.test(relation);

function faultsOf(small: Record<string, Plan[]>, large: Record<string, Plan[]>): string[] {
  return Object.entries(large).flatMap(([call, plans]) => {
    const scanned = nodesOf(plans).filter((n) => isWhole(n['Node Type'], n['Relation Name']));
    const before = buffersOf(small[call] ?? []);
    const buffers = buffersOf(plans);
    const limit = searching[call] ?? before * 2 + 60;
    return [
      ...scanned.map((node) => `${call}: reads all of ${node['Relation Name']}`),
      ...(buffers <= limit ? [] : [`${call}: reads ${buffers} pages, ${before} at first`]),
    ];
  });
}

test('every operation', async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const queue = await declareQueue(db);
  const early = await connect(db);
  // The plans that a session keeps are made after a few calls.
  for (let n = 0; n < 6; n += 1) await plansOfEveryCall(db, early, queue);
  let small: Record<string, Plan[]> = {};
  const faultsOnSmall = async () => {
    small = await plansOfEveryCall(db, early, queue);
    return faultsOf(small, small);
  };
  expect.soft(await lasting(faultsOnSmall), 'on small tables').toEqual([]);
  await load(db, queue);
  const faults = async (client: Client) => {
    // Planning reads the catalog, which is not what is compared here.
    await plansOfEveryCall(db, client, queue);
    return lasting(async () => faultsOf(small, await plansOfEveryCall(db, client, queue)));
  };
  expect.soft(await faults(early), 'planned while the tables were small').toEqual([]);
  expect.soft(await faults(await connect(db)), 'planned without statistics').toEqual([]);
  await db.query('analyze millrace.parcel');
  expect.soft(await faults(early), 'planned with statistics').toEqual([]);
});
