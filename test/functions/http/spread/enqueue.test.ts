// Where the messages of a deployment over several databases go, and what it costs when one of these is away.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { home } from '#queue/spread/home.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { hanging, refused, spreadApi } from '#test/support/functions/spread-bookstore.ts';
import { intercept } from '#test/support/queue/intercept.ts';

let stores: readonly Bookstore[];
let databases: readonly Database[];
/** How often each database was called. */
const calls = [0, 0, 0];
beforeAll(async () => {
  stores = await Promise.all([openBookstore(), openBookstore(), openBookstore()]);
  databases = stores.map(({ database }, number) =>
    intercept(database, async (_, run) => {
      calls[number] = (calls[number] ?? 0) + 1;
      return run();
    }),
  );
});

const order = (options: object = {}) => ({
  type: 'order.placed',
  payload: { orderId: 'A' },
  ...options,
});

/** A key that is at home in this one of three databases. */
const keyAt = (number: number, kind = 'g') => {
  for (let n = 0; ; n += 1) if (home(`${kind}${n}`, 3) === number) return `${kind}${n}`;
};

const post = (api: ReturnType<typeof spreadApi>, body: object, key?: string) =>
  api.call('/v1/messages', { body, headers: key ? { 'idempotency-key': key } : {} });
const batch = (api: ReturnType<typeof spreadApi>, messages: readonly object[]) =>
  api.call('/v1/messages/batch', { body: { messages } });

/** In which databases a message of this id is stored. */
const whereIs = async (id: string) => {
  const found = await Promise.all(
    stores.map(({ query }) => query('select from millrace.message where id = $1', [id])),
  );
  return found.flatMap((rows, number) => (rows.length > 0 ? [number] : []));
};

describe('a message goes to one database, and its id says to which', () => {
  test('by chance without a key', async () => {
    const api = spreadApi(stores[0] as Bookstore, databases);
    const seen = new Set<number>();
    for (let n = 0; n < 40; n += 1) {
      const { id } = (await post(api, order())).body;
      expect(await whereIs(id)).toEqual([databaseIn(id)]);
      seen.add(databaseIn(id));
    }
    expect(seen.size).toBe(3);
  });

  test.each([0, 1, 2])('by its group or its key to database %i', async (number) => {
    const api = spreadApi(stores[0] as Bookstore, databases);
    const grouped = await post(api, order({ groupKey: keyAt(number) }), keyAt((number + 1) % 3));
    expect([grouped.status, await whereIs(grouped.body.id)]).toEqual([202, [number]]);
    const keyed = await post(api, order(), keyAt(number, 'k'));
    expect(await whereIs(keyed.body.id)).toEqual([number]);
    const again = await post(api, order(), keyAt(number, 'k'));
    expect(again.body).toMatchObject({ id: keyed.body.id, duplicate: true });
  });

  test('with the others of its request', async () => {
    const api = spreadApi(stores[0] as Bookstore, databases);
    const { status, body } = await batch(api, [order(), order({ groupKey: keyAt(2) }), order()]);
    expect(status).toBe(202);
    for (const { id } of body.messages) expect(await whereIs(id)).toEqual([2]);
  });

  test('unless their keys are at home in different ones', async () => {
    const api = spreadApi(stores[0] as Bookstore, databases);
    const { status, body } = await batch(api, [
      order({ groupKey: keyAt(1) }),
      order(),
      order({ groupKey: keyAt(2) }),
      order({ idempotencyKey: keyAt(0) }),
    ]);
    expect([status, body.type]).toEqual([422, 'urn:millrace:problem:invalid-message']);
    expect(body.errors).toMatchObject([
      { pointer: '/messages/2/groupKey', code: 'other_database' },
      { pointer: '/messages/3/idempotencyKey', code: 'other_database' },
    ]);
  });

  test('at the cost of one call, as with a single database', async () => {
    const api = spreadApi(stores[0] as Bookstore, databases);
    await post(api, order());
    const before = [...calls];
    await post(api, order());
    await post(api, order({ groupKey: keyAt(1) }));
    await batch(api, [order(), order({ priority: 1 })]);
    expect(calls.reduce((sum, count) => sum + count, 0)).toBe(
      before.reduce((sum, count) => sum + count, 3),
    );
  });
});

// They wait most of the time.
describe.concurrent('while a database is away', () => {
  test('messages that any can take go to another, and the rest waits for it', async () => {
    const [first, , third] = databases as [Database, Database, Database];
    const api = spreadApi(stores[0] as Bookstore, [first, refused(), third]);
    for (let n = 0; n < 12; n += 1) {
      const { status, body } = await post(api, order());
      expect([status, await whereIs(body.id)]).toEqual([202, [databaseIn(body.id)]]);
    }
    const { status, body } = await post(api, order({ groupKey: keyAt(1) }));
    expect([status, body.type]).toEqual([503, 'urn:millrace:problem:database-away']);
    expect((await post(api, order({ groupKey: keyAt(2) }))).status).toBe(202);
  }, 30_000);

  test('what may have been stored is not stored in another one', async () => {
    const [, second] = databases as [Database, Database];
    const lossy = intercept(second, async ({ text }, run) => {
      const answer = await run();
      if (text.includes('enqueue')) throw Object.assign(new Error('lost'), { code: 'ECONNRESET' });
      return answer;
    });
    const api = spreadApi(stores[0] as Bookstore, [lossy, second]);
    const before = await stored();
    const statuses = new Set<number>();
    // By chance every other one.
    for (let n = 0; n < 40 && !statuses.has(503); n += 1)
      statuses.add((await post(api, order())).status);
    expect(statuses).toContain(503);
    const accepted = (await stored()) - before;
    // One for each that was accepted, and the one whose answer was lost for good.
    expect(accepted).toBe(1 + api.log.filter(({ status }) => status === 202).length);
  });

  test('reads do not wait for one that hangs longer than once', async () => {
    const [first] = databases as [Database];
    // Begun in one go: beside other tests, no hook may be added later.
    const [known, unknown] = await Promise.all([hanging(), hanging()]);
    const api = spreadApi(stores[0] as Bookstore, [first, known]);
    const unknowing = spreadApi(stores[0] as Bookstore, [first, unknown]);
    const statuses = [];
    for (let n = 0; n < 2; n += 1) {
      const { status, body } = await api.call('/v1/queues');
      statuses.push([status, body.databasesAway]);
    }
    expect(statuses).toEqual(Array(2).fill([200, [1]]));
    const answered: string[] = [];
    const ask = async (name: string, { call }: Pick<typeof api, 'call'>) => {
      expect((await call('/v1/health')).body).toMatchObject({ status: 'ok', databasesAway: [1] });
      answered.push(name);
    };
    await Promise.all([ask('who waits for it the first time', unknowing), ask('who knows', api)]);
    expect(answered[0]).toBe('who knows');
  }, 30_000);
});

const stored = async () => {
  const [row] = await (stores[1] as Bookstore).query<{ n: number }>(
    'select count(*)::integer as n from millrace.message',
  );
  return row?.n ?? 0;
};
