// Operators' calls for 10,000 messages in groups, or as many as MILLRACE_LETTERS says: each call ends within the time that a statement has over HTTP, and says
// whether there is more; a call that runs out of that time says so. How many letters a call manages depends on the machine.
import { beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '#queue/database.ts';
import { bearer, openApi, type TestApi } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { buryGroups, fillGroups } from '#test/support/sql/bulk.ts';
import { connect } from '#test/support/sql/connect.ts';

const largest = 10_000;
const count = Number(process.env['MILLRACE_LETTERS'] ?? largest);
const payments = { name: 'payments', type: 'order.placed' };

let store: Bookstore;
let api: TestApi;
beforeEach(async () => {
  store = await openBookstore();
  api = apiWith({ timeoutMs: 4_000 });
});

/** The API as it is deployed, whose statements are given up after a time. */
const apiWith = ({ timeoutMs }: { timeoutMs: number }) =>
  openApi({ database: openDatabase(store.url, timeoutMs) });

type Route = readonly [method: string, path: string, body: object];

const redrive: Route = ['POST', '/v1/dead-letters/redrive', { filter: { queue: 'payments' } }];
const discard: Route = ['DELETE', '/v1/dead-letters', { filter: { queue: 'payments' } }];
const purge: Route = ['POST', '/v1/queues/payments/purge', { confirm: 'payments' }];

const call = (on: TestApi, [method, path, body]: Route, more: object = {}) =>
  on.call({ method, path, headers: bearer(), body: { ...body, ...more } });

/** Calls until there is no more; answers what each call was for. */
async function portions(route: Route, more: object, affected: string): Promise<number[]> {
  const counts: number[] = [];
  for (let hasMore = true; hasMore; ) {
    const { status, body } = await call(api, route, more);
    expect({ status, body }).toMatchObject({ status: 200 });
    counts.push(body[affected]);
    hasMore = body.more;
  }
  return counts;
}

const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);

const left = async () => {
  const [row] = await store.query<{ live: number; dead: number }>(
    `select (select count(*)::int from millrace.delivery) as live,
       (select count(*)::int from millrace.dead_letter) as dead`,
  );
  return row;
};

describe.each([
  ['one group', 1],
  ['a hundred groups', 100],
  ['as many groups', count],
])(`${count} dead letters in %s`, (_, groups) => {
  beforeEach(() => buryGroups(store, payments, { count, groups }));

  test('are redriven in portions, and are back in order', async () => {
    const redriven = await portions(redrive, { limit: 4_000 }, 'redriven');
    expect(sum(redriven)).toBe(count);
    expect(Math.max(...redriven)).toBeLessThanOrEqual(4_000);
    expect(await left()).toEqual({ live: count, dead: 0 });
    const disorder = await store.query(
      `select from (
         select (m.payload ->> 'n')::int as n,
           lag((m.payload ->> 'n')::int) over (partition by d.group_key order by d.sequence) as before
         from millrace.delivery d
         join millrace.message m on m.id = d.message_id
       ) as member
       where member.n <= member.before`,
    );
    expect(disorder).toEqual([]);
    const heads = await store.query('select from millrace.delivery where isfinite(available_at)');
    expect(heads).toHaveLength(groups);
  });

  test('are redriven or discarded by calls with the largest limit', async () => {
    expect(sum(await portions(redrive, { limit: largest }, 'redriven'))).toBe(count);
    expect(sum(await portions(purge, {}, 'cancelled'))).toBe(count);
    await buryGroups(store, payments, { count, groups });
    const rehearsal = await call(api, discard, { limit: largest - 1, dryRun: true });
    expect(rehearsal.body).toMatchObject({ matched: largest - 1, discarded: 0, more: true });
    expect(sum(await portions(discard, { limit: largest }, 'discarded'))).toBe(count);
    expect(await left()).toEqual({ live: 0, dead: 0 });
  });
});

test('10,000 messages in groups are purged in portions', async () => {
  await fillGroups(store, payments, { count: largest, groups: 100 });
  const cancelled = await portions(purge, { limit: 4_000 }, 'cancelled');
  expect(sum(cancelled)).toBe(largest);
  expect(Math.max(...cancelled)).toBeLessThanOrEqual(4_000);
  expect(await left()).toEqual({ live: 0, dead: 0 });
});

test('a call that runs out of its time is too slow, changes nothing, and may be made again', async () => {
  await buryGroups(store, payments, { count: 3, groups: 1 });
  const replay = await connect(store);
  await replay.query('begin');
  await replay.query(
    `insert into millrace.delivery (message_id, queue_id, available_at)
     select l.message_id, l.queue_id, statement_timestamp() from millrace.dead_letter l limit 1`,
  );
  const slow = await call(apiWith({ timeoutMs: 300 }), redrive);
  expect([slow.status, slow.body.type]).toEqual([503, 'urn:millrace:problem:too-slow']);
  expect(slow.headers.get('retry-after')).toBe('5');
  // Until it is cancelled the call waits for the replay, and would be carried out when that is over.
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(() => store.query(waiting)).toEqual([]);
  await replay.query('rollback');
  await expect.poll(async () => (await call(api, redrive, { dryRun: true })).body.matched).toBe(3);
  expect((await call(api, redrive)).body).toMatchObject({ matched: 3, redriven: 3, more: false });
  expect(await left()).toEqual({ live: 3, dead: 0 });
});
