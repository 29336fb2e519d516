// What each route costs the database, in pages read, with next to nothing in the tables and with a million rows in each: no
// read goes over all of them.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import type { Database } from '#queue/database.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi } from '#test/support/functions/api.ts';
import type { Call } from '#test/support/functions/gateway-event.ts';
import { testRegistry } from '#test/support/functions/message-types.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersOf, plansOf } from '#test/support/sql/plans.ts';

const routes = await describedRoutes();

const rows = 1_000_000;
const order = { type: 'order.placed', payload: { orderId: 'A', items: [] } };
const id = '01900000-0000-7000-8000-000000000007';
const chordId = '01900000-0000-7000-8000-000000000008';
const cancelledChordId = '01900000-0000-7000-8000-000000000009';
const letter = '01900000-0000-7000-9000-000000000007';
const queue = '/v1/queues/payments';
const filter = { queue: 'payments', error: 'needle' };

interface Cost {
  readonly call: Call;
  /** Pages at most, however many rows there are. */
  readonly most: number;
  /** How many statements exactly, where that is a matter of its own; with the one that looks for the caller's key. */
  readonly statements?: number;
}

const costs: Readonly<Record<string, Cost>> = {
  'GET /v1/health': { call: { path: '/v1/health' }, most: 100 },
  'GET /v1/openapi.json': { call: { path: '/v1/openapi.json' }, most: 0 },
  'POST /v1/messages': { call: { path: '/v1/messages', body: order }, most: 200 },
  'POST /v1/messages/batch': {
    call: { path: '/v1/messages/batch', body: { messages: Array(100).fill(order) } },
    most: 3_000,
  },
  // Looks for the status of 10,000 messages, at a dozen pages each.
  'GET /v1/messages': { call: { path: '/v1/messages', query: 'status=scheduled' }, most: 250_000 },
  'GET /v1/messages/{id}': { call: { path: `/v1/messages/${id}` }, most: 200 },
  // Who knows an older revision is answered at once: one look, and then the same as without wait.
  'GET /v1/messages/{id}?wait': {
    call: { path: `/v1/messages/${id}`, query: 'wait=20&since=older' },
    most: 300,
    statements: 3,
  },
  'GET /v1/messages/{id}/chain': { call: { path: `/v1/messages/${id}/chain` }, most: 200 },
  'DELETE /v1/messages/{id}': {
    call: { method: 'DELETE', path: `/v1/messages/${id}` },
    most: 300,
  },
  'POST /v1/messages/{id}/replay': {
    call: { method: 'POST', path: `/v1/messages/${letter}/replay` },
    most: 300,
  },
  'POST /v1/messages/{id}/events': {
    call: { path: `/v1/messages/${letter}/events`, body: { name: 'approved' } },
    most: 300,
  },
  'POST /v1/chords': {
    call: { path: '/v1/chords', body: { messages: Array(100).fill(order), followedBy: order } },
    most: 3_000,
  },
  'POST /v1/chords/{id}/messages': {
    call: { path: `/v1/chords/${chordId}/messages`, body: { messages: [order] } },
    most: 300,
  },
  'GET /v1/chords': { call: { path: '/v1/chords' }, most: 300 },
  // Looks at each of a thousand members.
  'GET /v1/chords/{id}': { call: { path: `/v1/chords/${chordId}` }, most: 1_000 },
  'DELETE /v1/chords/{id}': {
    call: { method: 'DELETE', path: `/v1/chords/${cancelledChordId}` },
    most: 300,
  },
  // Counts up to 10,000 of each kind and level in two queues.
  'GET /v1/queues': { call: { path: '/v1/queues' }, most: 3_000 },
  'GET /v1/queues/{name}': { call: { path: queue }, most: 1_500 },
  'POST /v1/queues/{name}/pause': { call: { method: 'POST', path: `${queue}/pause` }, most: 50 },
  'POST /v1/queues/{name}/resume': { call: { method: 'POST', path: `${queue}/resume` }, most: 50 },
  'POST /v1/queues/{name}/purge': {
    call: { path: `${queue}/purge`, body: { confirm: 'payments', limit: 100 } },
    most: 5_000,
  },
  // Looks at 10,000 groups, at some pages each.
  'GET /v1/queues/{name}/blocked-groups': {
    call: { path: `${queue}/blocked-groups` },
    most: 120_000,
  },
  // With what it takes to tell an empty list from one of no queue.
  'GET /v1/queues/{name}/paused-keys': { call: { path: `${queue}/paused-keys` }, most: 1_500 },
  'GET /v1/queues/{name}/waiting-keys': { call: { path: `${queue}/waiting-keys` }, most: 1_500 },
  // A week of two queues.
  'GET /v1/history': { call: { path: '/v1/history', query: 'period=week' }, most: 1_000 },
  'GET /v1/schedules': { call: { path: '/v1/schedules' }, most: 50 },
  'POST /v1/schedules/{name}/pause': {
    call: { method: 'POST', path: '/v1/schedules/nightly/pause' },
    most: 50,
  },
  'POST /v1/schedules/{name}/resume': {
    call: { method: 'POST', path: '/v1/schedules/nightly/resume' },
    most: 50,
  },
  'POST /v1/schedules/{name}/run': {
    call: { method: 'POST', path: '/v1/schedules/nightly/run' },
    most: 300,
  },
  // Looks at 10,000 letters; the other two at 20,000.
  'GET /v1/dead-letters': {
    call: { path: '/v1/dead-letters', query: 'error=needle' },
    most: 12_000,
  },
  'GET /v1/dead-letters/groups': { call: { path: '/v1/dead-letters/groups' }, most: 12_000 },
  'DELETE /v1/dead-letters': {
    call: { method: 'DELETE', path: '/v1/dead-letters', body: { filter } },
    most: 25_000,
  },
  'POST /v1/dead-letters/redrive': {
    call: { path: '/v1/dead-letters/redrive', body: { filter } },
    most: 25_000,
  },
  'GET /v1/drains': {
    call: { path: '/v1/drains', query: 'queue=payments&limit=200' },
    most: 2_500,
  },
  // Looks at 10,000 lines.
  'GET /v1/audit': { call: { path: '/v1/audit', query: 'actor=nobody' }, most: 1_000 },
  // What is known of the caller is all that it tells.
  'GET /v1/caller': { call: { path: '/v1/caller' }, most: 50 },
  'GET /v1/api-keys': { call: { path: '/v1/api-keys' }, most: 50 },
  'DELETE /v1/api-keys/{name}': { call: { method: 'DELETE', path: '/v1/api-keys/none' }, most: 50 },
};

/** The API on one connection, whose statements count the pages that they read. */
function countingApi(client: Client) {
  const counted = { pages: 0, statements: 0 };
  const database: Database = {
    async query<Row extends object>(text: string, parameters: readonly unknown[] = []) {
      let found: Row[] = [];
      const plans = await plansOf(client, async () => {
        found = (await client.query(text, [...parameters])).rows;
      });
      counted.pages += buffersOf(plans);
      counted.statements += 1;
      return found;
    },
  };
  return { api: openApi({ database, registry: testRegistry }), counted };
}

/**
 * After a first round, since planning reads the catalog, which is not what is counted. Those above their place are asked once more:
 * whatever happens elsewhere on the server, such as autovacuum, may make a backend forget its plans in between.
 */
async function pagesWhenPlanned(client: Client): Promise<Record<string, number>> {
  await pagesOf(client, costs);
  const pages = await pagesOf(client, costs);
  const above = Object.entries(costs).filter(([route, { most }]) => (pages[route] ?? 0) > most);
  return { ...pages, ...(await pagesOf(client, Object.fromEntries(above))) };
}

async function pagesOf(
  client: Client,
  routesToAsk: Readonly<Record<string, Cost>>,
): Promise<Record<string, number>> {
  const pages: Record<string, number> = {};
  for (const [route, { call, statements }] of Object.entries(routesToAsk)) {
    const { api, counted } = countingApi(client);
    const { status } = await api.call({ ...call, headers: bearer() });
    expect([200, 202, 404], route).toContain(status);
    if (statements !== undefined) expect(counted.statements, route).toBe(statements);
    pages[route] = counted.pages;
  }
  return pages;
}

/** Deliveries that wait, each in a group of its own; letters; attempts. */
async function load({ query }: TestDatabase, count: number): Promise<void> {
  const idOf = (digit: string) =>
    `('01900000-0000-7000-${digit}000-' || lpad(to_hex(n), 12, '0'))::uuid`;
  const from = `from generate_series(1, ${count}) as n, millrace.queue q where q.name = 'payments'`;
  await query(`
    insert into millrace.message (id, type, payload)
    select ${idOf('8')}, 'order.placed', '{"orderId": "A"}' ${from} and (n <= 1000 or n > ${count} - 20000);
    insert into millrace.message (id, type, payload)
    select ${idOf('9')}, 'order.placed', '{"orderId": "A"}' ${from} and n <= 1000;
    insert into millrace.delivery (message_id, queue_id, available_at, group_key, kib)
    select ${idOf('8')}, q.id, statement_timestamp(), 'group ' || n, 1 ${from};
    insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, died_at, type, error)
    select ${idOf('9')}, q.id, n, 5, 3, '2026-01-01Z'::timestamptz + n * interval '1 ms', 'order.placed',
      jsonb_build_object('name', 'Error', 'message', 'no use', 'stack', repeat('at x ', 40)) ${from};
    insert into millrace.chord (id, enqueued_by, follower, waits_for, ended_at)
    select ${idOf('8')}, 0, '{"type": "order.placed", "payload": {}}', ${idOf('8')}, case when n > 9 then statement_timestamp() end
      ${from} and n <= 100000;
    insert into millrace.chord_members (chord_id, first_id, message_ids)
    select '${chordId}', min(member.id::text)::uuid, array_agg(member.id order by member.id)
    from (select n, ${idOf('8')} as id ${from} and n <= 1000) as member group by (n - 1) / 100;
    insert into millrace.attempt (message_id, queue_id, attempt, outcome)
    select ${idOf('a')}, q.id, 1, 'done' ${from};
    insert into millrace.drain_log (ended_at, queue_id, claimed, done, retried, snoozed, dead, released, stale)
    select '2026-01-01Z'::timestamptz + n * interval '1 s', q.id, 1, 1, 0, 0, 0, 0, 0 ${from} and n <= 100000;
    insert into millrace.audit (actor, action, target, affected)
    select 'ada', 'pause', '{"queue": "payments"}', 1 ${from} and n <= 100000`);
}

test('every route has its place in the table', () => {
  const all = routes.map(({ method, path }) => `${method} ${path}`);
  // One route may have several places, by what is asked of it.
  const placed = new Set(Object.keys(costs).map((route) => route.replace(/\?.*/, '')));
  expect([...placed].toSorted()).toEqual(all.toSorted());
});

test('no route reads more pages than its place says, with ten rows and with a million', async () => {
  const stored = await createApiDatabase();
  await syncRegistry(stored.database, testRegistry);
  await load(stored, 10);
  const client = await connect(stored);
  const few = await pagesWhenPlanned(client);
  await stored.query(
    'truncate millrace.delivery, millrace.parcel, millrace.dead_letter, millrace.message, millrace.attempt, millrace.done_attempts, millrace.drain_log, millrace.audit, millrace.chord, millrace.chord_members',
  );
  await load(stored, rows);
  const many = await pagesWhenPlanned(client);
  const table = Object.entries(costs).map(([route, { most }]) => ({
    line: `${route}: ${few[route]} pages, ${many[route]} of a million rows, at most ${most}`,
    isAbove: Math.max(few[route] ?? 0, many[route] ?? 0) > most,
  }));
  for (const { line } of table) process.stdout.write(`${line}\n`);
  expect(table.filter(({ isAbove }) => isAbove).map(({ line }) => line)).toEqual([]);
}, 240_000);
