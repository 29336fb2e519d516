// One deployment over several databases: what is asked of all of them, of the one that has a message, and done in all.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { keyOf, putApiKey } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { putOrders, refused, spreadApi } from '#test/support/functions/spread-bookstore.ts';

let stores: readonly [Bookstore, Bookstore];
let away: Database;
/** Both are there. */
let both: ReturnType<typeof spreadApi>;
/** As both, with a third database that is away. */
let partly: ReturnType<typeof spreadApi>;
beforeAll(async () => {
  stores = await Promise.all([openBookstore(), openBookstore()]);
  away = refused();
  const [{ database: first }, { database: second }] = stores;
  both = spreadApi(stores[0], [first, second]);
  partly = spreadApi(stores[0], [first, second, away]);
});
const ofBoth = (text: string) => Promise.all(stores.map(({ query }) => query(text)));
beforeEach(async () => {
  await ofBoth(`truncate millrace.message, millrace.delivery, millrace.parcel, millrace.dead_letter,
    millrace.audit, millrace.drain_log`);
});

/** So many in each database; the ids of all. */
const orders = async (...counts: readonly number[]) => {
  const ids = await Promise.all(
    counts.map((count, number) => putOrders(stores[number]?.database ?? away, number, count)),
  );
  return ids.flat();
};

const letters = async (...counts: readonly number[]) => {
  const ids = await orders(...counts);
  for (const store of stores) {
    store.isDeclining = true;
    await store.drain();
    store.isDeclining = false;
  }
  return ids;
};

describe('what is in all databases is asked of all', () => {
  test('a queue is what all have of it, and the answer names who is away', async () => {
    await orders(2, 3);
    const { body } = await both.call('/v1/queues');
    expect(body).toEqual({ items: [expect.anything(), expect.anything()] });
    expect(body.items[1]).toMatchObject({ name: 'payments', depth: { pending: 5, dead: 0 } });
    const some = await partly.call('/v1/queues');
    expect([some.status, some.body]).toEqual([200, { ...some.body, databasesAway: [2] }]);
    expect(some.body.items[1].depth.pending).toBe(5);
    expect(partly.log).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'database away', database: 2 }),
    );
    expect(JSON.stringify([some.body, partly.log])).not.toContain('secret@');
  });

  test('a queue has the limits of all databases together', async () => {
    const { body } = await partly.call('/v1/queues/narrow');
    expect(body).toMatchObject({ policy: { maxDepth: 6 }, databasesAway: [2] });
    expect((await partly.call('/v1/queues/nowhere')).status).toBe(503);
    expect((await both.call('/v1/queues/nowhere')).status).toBe(404);
  });

  test('a list goes over all of them, page by page, each item once', async () => {
    const ids = await orders(5, 4);
    const listed = async (api: typeof both, limit: number) =>
      (await api.pagesOf('/v1/messages', `limit=${limit}`)).map(({ id }) => id);
    for (const limit of [1, 2, 4, 200])
      expect(await listed(both, limit)).toEqual(ids.toSorted().toReversed());
    expect(await listed(partly, 3)).toEqual(ids.toSorted().toReversed());
    const { status, body } = await both.call('/v1/messages', { query: 'cursor=WyJ4Il0' });
    expect([status, body.errors[0].parameter]).toEqual([400, 'cursor']);
  });

  test('what a database has that comes back is listed all the same', async () => {
    const ids = await orders(2, 2);
    const [first, second] = stores;
    const without = spreadApi(first, [first.database, refused()]);
    const page = (await without.call('/v1/messages', { query: 'limit=1' })).body;
    expect(page.databasesAway).toEqual([1]);
    const back = spreadApi(first, [first.database, second.database]);
    const rest = await back.pagesOf('/v1/messages', `limit=3&cursor=${page.nextCursor}`);
    expect([...page.items, ...rest].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('dead letters are listed and grouped over all', async () => {
    const ids = await letters(3, 4);
    const listed = await both.pagesOf('/v1/dead-letters', 'limit=2');
    expect(listed.map(({ messageId }) => messageId).toSorted()).toEqual(ids.toSorted());
    const times = listed.map(({ diedAt }) => diedAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const { body } = await partly.call('/v1/dead-letters/groups');
    expect(body).toMatchObject({
      items: [{ queue: 'payments', count: 7 }],
      counted: 7,
      more: false,
    });
    expect(body.databasesAway).toEqual([2]);
  });

  test('letters of one message that died at once stay together', async () => {
    await letters(2, 2);
    await ofBoth(`insert into millrace.dead_letter select (jsonb_populate_record(l,
        jsonb_build_object('queue_id', (select id from millrace.queue where name = 'narrow')))).*
      from millrace.dead_letter l`);
    const listed = await both.pagesOf('/v1/dead-letters', 'limit=1');
    expect(new Set(listed.map(({ messageId, queue }) => messageId + queue)).size).toBe(8);
    expect(listed).toHaveLength(8);
  });

  test('blocked groups, drains, history and the audit table, too', async () => {
    for (const [number, { query }] of stores.entries()) {
      const groups = [`a${number}`, `b${number}`, `c${number}`].flatMap((key) => [key, key]);
      await query('select millrace.enqueue_many($1)', [
        JSON.stringify(
          groups.map((groupKey) => ({ type: 'order.placed', payload: { orderId: 'g' }, groupKey })),
        ),
      ]);
      const counts = {
        claimed: 3,
        done: 2,
        retried: 1,
        snoozed: 0,
        dead: 0,
        released: 0,
        stale: 0,
      };
      for (const runMs of [10, 20 + number])
        await query('select millrace.record_drain($1)', [
          JSON.stringify([{ queue: 'payments', ...counts, runMs }]),
        ]);
      await query(`select millrace.pause('payments', 'ada'), millrace.resume('payments', 'ada')`);
    }
    const groups = await both.pagesOf('/v1/queues/payments/blocked-groups', 'limit=2');
    expect(groups.map(({ groupKey }) => groupKey)).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
    const drains = await both.pagesOf('/v1/drains', 'limit=1');
    expect(drains.map(({ queues }) => queues[0].runMs)).toEqual([21, 10, 20, 10]);
    const lines = await both.pagesOf('/v1/audit', 'limit=3');
    expect(lines.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^1-\d+$/),
      expect.stringMatching(/^1-\d+$/),
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(/^\d+$/),
    ]);
    const { body } = await partly.call('/v1/history');
    expect(body.queues).toMatchObject([{ queue: 'payments', total: { done: 8, retried: 4 } }]);
    expect(body.databasesAway).toEqual([2]);
  });
});

test('a fairness key is paused in all of them, listed once, and what it has is counted together', async () => {
  await ofBoth(`update millrace.queue set is_fair = true where name = 'payments'`);
  for (const [number, { query }] of stores.entries())
    await query(
      `select millrace.enqueue('order.placed', '{"orderId": "f"}', jsonb_build_object('fairnessKey', key))
       from unnest($1::text[]) as key`,
      [['noisy', 'noisy', 'noisy', `only ${number}`]],
    );
  const path = '/v1/queues/payments';
  expect((await partly.call(`${path}/waiting-keys`, { query: 'limit=2' })).body).toEqual({
    items: [
      { fairnessKey: 'noisy', waiting: 6 },
      { fairnessKey: expect.stringContaining('only'), waiting: 1 },
    ],
    databasesAway: [2],
  });
  for (const fairnessKey of ['a', 'c', 'b'])
    expect((await both.call(`${path}/pause`, { body: { fairnessKey } })).body.paused).toBe(true);
  const listed = await both.pagesOf(`${path}/paused-keys`, 'limit=2');
  expect(listed.map(({ fairnessKey }) => fairnessKey)).toEqual(['a', 'b', 'c']);
  expect((await partly.call(`${path}/resume`, { body: { fairnessKey: 'a' } })).status).toBe(503);
  expect((await both.call(`${path}/paused-keys`)).body.items).toHaveLength(2);
  await ofBoth(`delete from millrace.paused_key;
    update millrace.queue set is_fair = false where name = 'payments'`);
});

describe('a message is asked for where it is', () => {
  test('whatever its id says', async () => {
    const [id = ''] = await orders(0, 1);
    const [other = ''] = await putOrders(stores[1].database, 0, 1);
    const [stranger = ''] = await putOrders(stores[0].database, 200, 1);
    for (const each of [id, other, stranger]) {
      expect((await partly.call(`/v1/messages/${each}`)).body).toMatchObject({ id: each });
      const { body } = await partly.call(`/v1/messages/${each}/chain`);
      expect(body).toMatchObject({ items: [{ id: each }], databasesAway: [2] });
    }
  });

  test('that nobody has it only all together can say', async () => {
    for (const number of [0, 2, 200]) {
      const path = `/v1/messages/${inDatabase(uuidV7(), number)}`;
      for (const query of ['', 'wait=1']) {
        const { status, body } = await partly.call(path, { query });
        expect([status, body.type]).toEqual([503, 'urn:millrace:problem:database-away']);
        expect(body.detail).toContain('database 2 did not answer');
      }
      expect((await both.call(path)).status).toBe(404);
      expect((await partly.call(path, { method: 'DELETE' })).status).toBe(503);
      expect((await both.call(`${path}/replay`, { method: 'POST' })).status).toBe(404);
    }
  });

  test('waiting is answered as soon as its status changes', async () => {
    const [id = ''] = await orders(0, 1);
    const { revision } = (await both.call(`/v1/messages/${id}`)).body;
    const answering = both.call(`/v1/messages/${id}`, { query: `wait=20&since=${revision}` });
    await stores[1].drain();
    expect((await answering).body.revision).not.toBe(revision);
  });

  test('it is cancelled and replayed there', async () => {
    const ids = await orders(1, 1);
    for (const id of ids) {
      const path = `/v1/messages/${id}`;
      const { body } = await partly.call(path, { method: 'DELETE' });
      expect(body).toEqual({ cancelled: ['payments'] });
      const unknown = { body: { queue: 'nowhere' } };
      expect((await partly.call(`${path}/replay`, unknown)).status).toBe(404);
      const replayed = await partly.call(`${path}/replay`, { method: 'POST' });
      expect([replayed.status, replayed.body]).toEqual([202, { queues: ['payments'] }]);
    }
    expect(await Promise.all(stores.map((store) => store.audit()))).toMatchObject(
      ids.map((id) => [
        { actor: 'shop', action: 'cancel', target: { messageId: id } },
        { actor: 'shop', action: 'replay', target: { messageId: id } },
      ]),
    );
  });
});

describe('what changes all databases is carried out in all', () => {
  test('where one is away, the answer says so and the same call helps', async () => {
    const { status, body } = await partly.call('/v1/queues/payments/pause', { method: 'POST' });
    expect([status, body.type]).toEqual([503, 'urn:millrace:problem:database-away']);
    expect(body.detail).toBe(
      'It was carried out in the other databases, but database 2 did not answer; the same call may be made again.',
    );
    expect((await partly.call('/v1/queues/payments')).body.paused).toBe(true);
    const again = await both.call('/v1/queues/payments/resume', { method: 'POST' });
    expect(again.body).toEqual({ name: 'payments', paused: false });
    expect((await both.call('/v1/queues/nowhere/pause', { method: 'POST' })).status).toBe(404);
  });

  test('a purge empties one after another, up to its limit', async () => {
    await orders(3, 3);
    const purge = (api: typeof both, limit: number) =>
      api.call('/v1/queues/payments/purge', { body: { confirm: 'payments', limit } });
    expect((await purge(both, 3)).body).toEqual({ cancelled: 3, more: true });
    expect((await purge(both, 2)).body).toEqual({ cancelled: 2, more: true });
    expect((await purge(both, 2)).body).toEqual({ cancelled: 1, more: false });
    await orders(1, 1);
    expect((await purge(partly, 10)).status).toBe(503);
    expect((await both.call('/v1/queues/payments')).body.depth.pending).toBe(0);
  });

  test('letters are redriven and discarded in portions that go over all', async () => {
    const ids = await letters(3, 3);
    const choose = async (path: string, method: string, choice: object) => {
      let cursor: string | undefined;
      const matched: number[] = [];
      do {
        const { body } = await both.call(path, { method, body: { ...choice, cursor } });
        matched.push(body.matched);
        cursor = body.nextCursor ?? undefined;
        expect(body.more).toBe(cursor !== undefined);
      } while (cursor !== undefined && matched.length < 9);
      return matched;
    };
    const all = { filter: {}, limit: 2 };
    const redrive = '/v1/dead-letters/redrive';
    expect(await choose(redrive, 'POST', { ...all, dryRun: true })).toEqual([2, 2, 2]);
    expect(await choose('/v1/dead-letters', 'DELETE', { ids: ids.slice(0, 1) })).toEqual([1]);
    expect(await choose(redrive, 'POST', { ...all, limit: 3 })).toEqual([3, 2]);
    expect((await both.call('/v1/queues/payments')).body.depth.pending).toBe(5);
    expect((await partly.call(redrive, { body: all })).status).toBe(503);
  });

  test('a key is in use as long as one database takes it, and is revoked in all', async () => {
    const key = keyOf('in one database alone');
    await putApiKey(stores[1], 'lone', key, ['read']);
    const headers = { authorization: `Bearer ${key}` };
    expect((await partly.call('/v1/queues', { headers })).status).toBe(200);
    const path = '/v1/api-keys/shop';
    await stores[0].query(`select millrace.revoke_api_key('shop', 'ada')`);
    const shown = async () => (await both.call('/v1/api-keys')).body.items;
    expect((await shown()).map(({ name }: { name: string }) => name)).toEqual(['lone', 'shop']);
    expect((await shown())[1].revokedAt).toBeNull();
    const { status, body } = await both.call(path, { method: 'DELETE' });
    expect([status, body.name]).toEqual([200, 'shop']);
    expect((await shown())[1].revokedAt).not.toBeNull();
    await ofBoth(`update millrace.api_key set revoked_at = null where name = 'shop'`);
    expect((await both.call('/v1/api-keys/nobody', { method: 'DELETE' })).status).toBe(404);
  });
});
