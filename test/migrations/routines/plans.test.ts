import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { loadEverything } from '#test/support/sql/load-everything.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { buffersOf, lasting, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { type Claim, declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';
import { sweep } from '#test/support/sql/sweep.ts';

const error = { name: 'Error', message: 'broken' };
const outcomes = ['retry', 'dead', 'snooze', 'release', 'done'];

/** The indexes of delivery by which each call finds what it needs. */
const expectedIndexes: Record<string, string[]> = {
  enqueue: [],
  'enqueue plain': [],
  'enqueue into groups': ['delivery_in_group_order'],
  'enqueue again': ['delivery_is_unique'],
  'enqueue to wake': ['delivery_is_unique'],
  survey: ['delivery_in_claim_order'],
  'next due': ['delivery_in_claim_order'],
  claim: ['delivery_in_claim_order'],
  'claim from a cursor': ['delivery_in_claim_order'],
  'claim again': ['delivery_in_claim_order', 'delivery_is_unique'],
  extend: ['delivery_is_unique'],
  settle: ['delivery_is_unique'],
  'settle mixed': ['delivery_is_unique'],
  'settle unknown': ['delivery_is_unique'],
  'settle in groups': ['delivery_in_group_order', 'delivery_is_unique'],
  'settle and claim': ['delivery_in_claim_order', 'delivery_is_unique'],
  status: ['delivery_is_unique'],
  revision: ['delivery_is_unique'],
  'report progress': ['delivery_is_unique'],
  cancel: ['delivery_is_unique'],
  'claim suspects': ['delivery_in_claim_order', 'delivery_is_unique'],
  'claim suspects again': ['delivery_in_claim_order', 'delivery_is_unique'],
  'bury suspects': ['delivery_in_claim_order', 'delivery_in_group_order', 'delivery_is_unique'],
  'dead letters by id': [],
  redrive: ['delivery_in_group_order'],
  'redrive by id': ['delivery_in_group_order'],
  replay: ['delivery_in_group_order', 'delivery_is_unique'],
  discard: ['delivery_in_group_order'],
  purge: ['delivery_in_claim_order', 'delivery_in_group_order'],
  'sync groups': ['delivery_in_group_order'],
  'blocked groups': ['delivery_in_group_order'],
  messages: ['delivery_is_unique'],
  'messages of a type': ['delivery_is_unique'],
  'messages of a status': ['delivery_is_unique'],
  'messages of a queue': ['delivery_in_claim_order', 'delivery_is_unique'],
  'messages of a group': ['delivery_in_group_order', 'delivery_is_unique'],
  'messages by key': ['delivery_is_unique'],
  'messages that are dead': ['delivery_is_unique'],
  chain: ['delivery_is_unique'],
  'dead letter groups': [],
};

/**
 * Pages for calls that look at the first 200 rows of a level for suspects, at up to 10,000 rows for what a token holds, at
 * 20,000 letters for those of a type, at 1000 members of a group that wait, or at 10,000 rows for a list, however many there are.
 */
const searching: Readonly<Record<string, number>> = {
  survey: 500,
  'next due': 500,
  'claim again': 1_000,
  'claim suspects': 1_000,
  'claim suspects again': 1_000,
  redrive: 3_000,
  discard: 3_000,
  'blocked groups': 1_000,
  // Looks at 10,000 messages or deliveries, at some pages each, and finds none.
  'messages of a type': 60_000,
  'messages of a status': 150_000,
  // Finds out that 10,000 deliveries of the queue are not all.
  'messages of a queue': 15_000,
  'messages that are dead': 15_000,
  'dead letter groups': 12_000,
};

/** Makes every call once, always with as much to do, and gives the plans of each. */
async function plansOfEveryCall(client: Client, plain: SqlQueue, grouped: SqlQueue) {
  const plans: Record<string, Plan[]> = {};
  const connected = plain.on(client);
  const groups = grouped.on(client);
  async function watch<Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> {
    let answer: Answer | undefined;
    plans[name] = await plansOf(client, async () => {
      answer = await call();
    });
    return answer as Answer;
  }
  const stored = await watch('enqueue', () => connected.enqueueMany(Array(40).fill({})));
  await watch('enqueue plain', () =>
    client.query('select millrace.enqueue_plain($1, $2, 1::smallint, $3)', [
      plain.type,
      Array.from({ length: 40 }, () => uuidV7()),
      JSON.stringify(Array(40).fill({})),
    ]),
  );
  await watch('enqueue again', () =>
    connected.enqueueMany(stored.slice(0, 20).map(({ id }) => ({ id }))),
  );
  await watch('enqueue into groups', () =>
    groups.enqueueMany(Array.from({ length: 20 }, (_, n) => ({ groupKey: `busy-${n % 5}` }))),
  );
  await watch('survey', () => client.query('select millrace.survey($1)', [[plain.name]]));
  await watch('next due', () => client.query('select millrace.next_due($1)', [[plain.name]]));
  await watch('enqueue to wake', () =>
    client.query('select millrace.enqueue_to_wake($1, null, true)', [
      JSON.stringify(Array(40).fill({ type: plain.type, payload: {} })),
    ]),
  );
  // Single deliveries are looked up one by one; what parcels cost, parcel-plans.test.ts says. A claim gathers what it takes.
  await connected.part();
  const first = await watch('claim', () => connected.claim({ count: 20 }));
  await connected.part();
  const { cursor } = first;
  const second = await watch('claim from a cursor', () => connected.claim({ count: 15, cursor }));
  await connected.part();
  const { token } = second;
  await watch('claim again', () => connected.claim({ count: 15, token, cursor, repeated: true }));
  await watch('extend', () => connected.extend(...first.deliveries));
  await watch('report progress', () =>
    client.query('select millrace.report_progress($1, $2)', [
      plain.name,
      JSON.stringify(
        first.deliveries.map(({ id, token }) => ({ id, token, fraction: 0.5, note: 'half' })),
      ),
    ]),
  );
  await watch('settle', () => connected.settle(...first.deliveries.map((d) => done(d))));
  const results = second.deliveries.map((d, n) =>
    end(outcomes[n % 5] ?? '', d, { error, delaySeconds: 3_000 }),
  );
  const { deliveries } = await connected.claim({ count: 5 });
  await watch('settle mixed', () =>
    connected.settle(...results, ...first.deliveries.map((d) => done(d))),
  );
  const met = await connected.claim({ count: 5 });
  await watch('settle unknown', () =>
    connected.settle(...met.deliveries.map((d) => end('unknown', d, { error }))),
  );
  await watch('settle and claim', () =>
    connected.settleAndClaim(
      deliveries.map((d) => done(d)),
      { count: 5, cursor: second.cursor },
    ),
  );
  const heads = await groups.claim({ count: 5 });
  await watch('settle in groups', () => groups.settle(...heads.deliveries.map((d) => done(d))));
  await watch('status', () => client.query('select millrace.status($1)', [stored[0]?.id]));
  await watch('revision', () => client.query('select millrace.revision($1)', [stored[0]?.id]));
  await watch('cancel', () => client.query('select millrace.cancel($1)', [stored.at(-1)?.id]));
  const lost = await connected.claim({ count: 10 });
  await connected.part();
  await lose(client, lost);
  const suspects = await watch('claim suspects', () => connected.claimSuspects());
  const again = { token: suspects.token, repeated: true };
  await watch('claim suspects again', () => connected.claimSuspects(again));
  await connected.settle(...suspects.deliveries.map((d) => done(d)));
  await lose(client, await groups.claim({ count: 5 }));
  await client.query(
    'update millrace.delivery set attempt = 3, lost_leases = 1 where lease_expires_at <= statement_timestamp()',
  );
  const { dead } = await watch('bury suspects', () => groups.claimSuspects());
  // What follows treats dead letters of its own.
  await client.query('delete from millrace.dead_letter where message_id = any ($1)', [dead]);
  await watchOperations(client, groups, watch);
  await watchReads(client, { plain, groups, id: stored[0]?.id }, watch);
  return plans;
}

type Watch = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/** What operators and deployments do to groups, each with five letters or deliveries of their own. */
async function watchOperations(client: Client, groups: SqlQueue, watch: Watch) {
  const operator = new Operator(async (text, values) => (await client.query(text, values)).rows);
  const bury = async () => {
    const groupKeys = Array.from({ length: 5 }, (_, n) => `buried-${n}`);
    await groups.enqueueMany(groupKeys.map((groupKey) => ({ groupKey, priority: 1 })));
    const { deliveries } = await groups.claim({ count: 5 });
    await groups.settle(...deliveries.map((each) => end('dead', each, { error })));
    return deliveries.map(({ id }) => id);
  };
  const filter = { queue: groups.name, type: groups.type, after: '2026-01-01T00:00:00Z' };
  const maxCount = 5;
  await bury();
  await watch('redrive', () => operator.redrive(filter, { maxCount }));
  await watch('purge', () => operator.purge(groups.name, groups.name, { maxCount }));
  const ids = await bury();
  await watch('dead letters by id', () => operator.deadLetters({ ids }));
  await watch('redrive by id', () => operator.redrive({ ids }, { maxCount }));
  await operator.purge(groups.name, groups.name, { maxCount });
  const [id = ''] = await bury();
  await watch('replay', () => operator.replay(id));
  await operator.purge(groups.name, groups.name, { maxCount: 1 });
  await bury();
  await watch('discard', () => operator.discard(filter, { maxCount }));
  await operator.discard(filter);
  await client.query(
    `update millrace.queue set regroup_after = 'busy', regroup_horizon = null where name = $1`,
    [groups.name],
  );
  await watch('sync groups', () => client.query('select millrace.sync_groups()'));
  await watch('blocked groups', () => operator.blockedGroups(groups.name, 5));
}

interface Looked {
  readonly plain: SqlQueue;
  readonly groups: SqlQueue;
  readonly id: string | undefined;
}

/** What people look at. */
async function watchReads(client: Client, { plain, groups, id }: Looked, watch: Watch) {
  const list = (name: string, filter: object) =>
    watch(name, () => client.query('select millrace.messages($1, null, 20)', [filter]));
  await list('messages', {});
  await list('messages of a type', { type: plain.type, traceId: '0'.repeat(32) });
  await list('messages of a status', { status: 'processing', traceId: '0'.repeat(32) });
  await list('messages of a queue', { queue: plain.name, status: 'pending' });
  await list('messages of a group', { groupKey: 'rare', status: 'pending' });
  await list('messages by key', { idempotencyKey: 'a key' });
  await list('messages that are dead', { queue: plain.name, status: 'dead' });
  await watch('chain', () => client.query('select millrace.chain($1)', [id]));
  const filter = { queue: groups.name };
  await watch('dead letter groups', () =>
    client.query('select millrace.dead_letter_groups($1)', [filter]),
  );
}

/** Lets the leases of a claim run out. */
async function lose(client: Client, { token }: Claim): Promise<void> {
  await client.query(
    'update millrace.delivery set lease_expires_at = statement_timestamp() where lease_token = $1',
    [token],
  );
}

/** What of the plans is not as it should be, next to those of the same calls on tables with next to nothing in them. */
function faultsOf(small: Record<string, Plan[]>, large: Record<string, Plan[]>): string[] {
  return Object.entries(large).flatMap(([call, plans]) => {
    const nodes = nodesOf(plans);
    const scanned = nodes.filter((node) => isWholeScan(node['Node Type'], node['Relation Name']));
    const used = nodes.flatMap((node) => node['Index Name'] ?? []).filter(isOfDelivery);
    const indexes = [...new Set(used)].sort().join();
    const before = buffersOf(small[call] ?? []);
    const buffers = buffersOf(plans);
    // A larger index is a level or two deeper, which may double the pages of a call that does little but look-ups.
    const limit = searching[call] ?? before * 2 + 60;
    return [
      ...scanned.map((node) => `${call}: reads all of ${node['Relation Name']}`),
      ...(indexes === expectedIndexes[call]?.join() ? [] : [`${call}: ${indexes}`]),
      ...(buffers <= limit ? [] : [`${call}: reads ${buffers} pages, ${before} at first`]),
    ];
  });
}

const isWholeScan = (type: string, relation = '') =>
  type === 'Seq Scan' &&
  /^(delivery|parcel|dead_letter|attempt|done_attempts|message)(_\d|_default|$)/.test(relation);
const isOfDelivery = (index: string) => index.startsWith('delivery_');

test('every call costs the same at half a million deliveries as at ten, whenever its plans were made', async () => {
  const db = await createDatabase();
  await restAutovacuum(db);
  const plain = await declareQueue(db);
  const grouped = await declareQueue(db);
  // More than the 200 rows that a survey looks at.
  await plain.enqueueMany(Array(250).fill({}));
  await grouped.enqueueMany([{ groupKey: 'rare', priority: 9 }]);
  await plain.enqueueMany([{ idempotencyKey: 'a key', delaySeconds: 3_000 }]);
  const early = await connect(db);
  // The plans that a session keeps are made after a few calls.
  for (let n = 0; n < 6; n += 1) await plansOfEveryCall(early, plain, grouped);
  await sweep(early);
  let small: Record<string, Plan[]> = {};
  const faultsOnSmall = async () => {
    small = await plansOfEveryCall(early, plain, grouped);
    return faultsOf(small, small);
  };
  expect.soft(await lasting(faultsOnSmall), 'on small tables').toEqual([]);
  await loadEverything(db, plain, grouped);
  const faults = async (client: Client) => {
    // Planning reads the catalog, which is not what is compared here.
    await plansOfEveryCall(client, plain, grouped);
    return lasting(async () => {
      await sweep(client);
      return faultsOf(small, await plansOfEveryCall(client, plain, grouped));
    });
  };
  expect.soft(await faults(early), 'planned while the tables were small').toEqual([]);
  const late = await connect(db);
  expect.soft(await faults(late), 'planned without statistics').toEqual([]);
  await db.query(
    'analyze millrace.delivery; analyze millrace.attempt; analyze millrace.dead_letter',
  );
  expect.soft(await faults(early), 'planned with statistics').toEqual([]);
}, 120_000);
