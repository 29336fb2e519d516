// What a look at chords costs does not grow with what others have, whenever its plans were made; and what one chord costs over its
// life grows with its members alone.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { Chords, chordOf } from '#test/support/sql/chords.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersInside, lasting, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
await restAutovacuum(db);
const queue = await declareQueue(db);
/** The pages that each call reads in the life of a chord of so many. */
async function life(client: Client, count: number) {
  const pages: Record<string, number> = {};
  const plans: Plan[] = [];
  const chords = new Chords(db.query).on(client);
  const watch = async (name: string, call: () => Promise<unknown>) => {
    const seen = await plansOf(client, call);
    pages[name] = buffersInside(seen);
    plans.push(...seen);
  };
  const chord = chordOf(queue, Array(count).fill({}), { delaySeconds: 60 });
  await chords.enqueue(chord);
  await watch('look', () => chords.sweep());
  const { deliveries } = await queue.claim({ count });
  const [first, ...others] = deliveries.sort((a, b) => (a.id < b.id ? -1 : 1));
  await queue.settle(...others.map((each) => done(each)));
  await watch('look again', () => chords.sweep());
  await watch('show', () => chords.show(chord.id));
  await watch('list', () => chords.open());
  await watch('due', () => client.query('select millrace.next_due($1)', [[]]));
  if (first) await queue.settle(done(first));
  await watch('end', () => chords.sweep());
  await watch('show the end', () => chords.show(chord.id));
  await watch('cancel', () => chords.cancel(chord.id));
  expect(await chords.show(chord.id)).toMatchObject({ status: 'ended', done: count });
  return { pages, plans };
}

/** What others have: twenty thousand rows, or a quarter of that. */
async function load({ query }: TestDatabase, { name }: SqlQueue): Promise<void> {
  const id = (digit: number, n = 'n') =>
    `('01900000000070008' || ${digit} || lpad(to_hex(${n}), 14, '0'))::uuid`;
  const rows = 'from generate_series(1, 20000) as n, millrace.queue q where q.name = $1';
  const few = 'from generate_series(1, 5000) as n, millrace.queue q where q.name = $1';
  for (const insert of [
    `millrace.delivery (message_id, queue_id, available_at, kib)
     select ${id(1)}, q.id, statement_timestamp() + interval '1 day', 1 ${rows}`,
    `millrace.attempt (message_id, lease_token, outcome, queue_id, attempt)
     select ${id(2)}, ${id(2)}, 'done', q.id, 1 ${rows}`,
    `millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
     select ${id(3)}, q.id, n, 5, 1, q.name, '{}' ${rows}`,
    `millrace.done_attempts (first_id, lease_token, queue_id, attempt, message_ids, run_ms)
     select ${id(4)}, ${id(4)}, q.id, 1, array[${id(4)}], '{1}' ${few}`,
    `millrace.parcel (queue_id, priority, first_id, message_ids, kibs, lease_token, lease_expires_at)
     select q.id, 5, ${id(5)}, array[${id(5)}], '{1}', ${id(5)}, statement_timestamp() + interval '1 day' ${few}`,
    `millrace.chord (id, enqueued_by, follower, waits_for, ended_at)
     select ${id(6)}, 0, '{}', ${id(1)}, statement_timestamp() ${rows}`,
    `millrace.chord_members (chord_id, first_id, message_ids, done, dead, cancelled)
     select ${id(6)}, ${id(1)}, array[${id(1)}], 1, 0, 0 ${rows}`,
    // Of chords that were cancelled and of open ones.
    `millrace.chord_members (chord_id, first_id, message_ids)
     select ${id(6)}, ${id(1)}, array[${id(1)}] ${few}`,
  ])
    await query(`insert into ${insert}`, [name]);
}

const members = 500;
/** For each call the pages that it may read. */
const most: Readonly<Record<string, number>> = {
  look: 20,
  'look again': 20,
  show: members,
  list: 20,
  due: 40,
  end: members,
  'show the end': 40,
  cancel: 20,
};

function faultsOf({ pages, plans }: Awaited<ReturnType<typeof life>>): string[] {
  const scanned = nodesOf(plans)
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'] ?? '')
    .filter((name) => /^(delivery|parcel|dead_letter|attempt|done_attempts|chord)/.test(name));
  const costly = Object.entries(most).filter(([call, bound]) => !((pages[call] ?? 0) <= bound));
  return [
    ...scanned.map((name) => `reads all of ${name}`),
    ...costly.map(([call]) => `${call}: reads ${pages[call]} pages`),
  ];
}

test('a chord costs what its members do, though plans were made while tables were empty', async () => {
  const client = await connect(db);
  // Plans are kept from the sixth call on.
  for (let call = 0; call < 6; call += 1) await life(client, 1);
  await load(db, queue);
  expect(await lasting(async () => faultsOf(await life(client, members)))).toEqual([]);
  await db.query('vacuum analyze');
  const other = await connect(db);
  // What a session reads of the catalog when it makes a call for the first time is not what is asked for.
  await life(other, 1);
  expect(await lasting(async () => faultsOf(await life(other, members)))).toEqual([]);
}, 120_000);
