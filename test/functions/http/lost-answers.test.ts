// Operators' calls whose answer is lost on its way back.
import { beforeEach, expect, test } from 'vitest';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { openDatabase } from '#queue/database.ts';
import { bearer, openApi, type TestApi } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { startLossyEndpoint } from '#test/support/functions/lossy-endpoint.ts';
import type { LossyEndpoint } from '#test/support/functions/lossy-server.ts';

const routes = await describedRoutes();

let store: Bookstore;
let endpoint: LossyEndpoint;
let api: TestApi;
beforeEach(async () => {
  store = await openBookstore();
  endpoint = await startLossyEndpoint(store.url);
  const database = openDatabase(endpoint.url);
  api = openApi({ database });
  await call('GET', '/v1/queues');
});

const call = (method: string, path: string, body?: object) =>
  api.call({ method, path, headers: bearer(), ...(body && { body }) });

test('a redrive is not made again: it would reach the next letters', async () => {
  store.isDeclining = true;
  await store.placeOrders(4);
  await store.drain();
  endpoint.lose(1);
  const before = endpoint.calls;
  const answer = await call('POST', '/v1/dead-letters/redrive', { filter: {}, limit: 2 });
  expect([answer.status, endpoint.calls - before]).toEqual([503, 1]);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect((await call('GET', '/v1/dead-letters')).body.items).toHaveLength(2);
});

test('a loop that makes such a call again misses nothing and reaches nothing twice', async () => {
  store.isDeclining = true;
  await store.placeOrders(5);
  await store.drain();
  endpoint.lose(1);
  const statuses: number[] = [];
  for (let more = true; more; ) {
    const answer = await call('POST', '/v1/dead-letters/redrive', { filter: {}, limit: 2 });
    statuses.push(answer.status);
    more = answer.status === 503 || answer.body.more;
  }
  expect(statuses).toEqual([503, 200, 200]);
  store.isDeclining = false;
  await store.drain();
  expect(store.paid.toSorted()).toEqual(['A-0', 'A-1', 'A-2', 'A-3', 'A-4']);
});

test('a pause is made again: it means the same', async () => {
  endpoint.lose(1);
  expect((await call('POST', '/v1/queues/payments/pause')).status).toBe(200);
});

test('a call that Postgres itself gave up is made again, whatever it does', async () => {
  await store.placeOrders(1);
  const failing = openDatabase(store.url);
  let failures = 1;
  const deadlocked = openApi({
    database: {
      query: async (text, parameters) => {
        if (!text.includes('purge') || failures === 0) return failing.query(text, parameters);
        failures -= 1;
        throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      },
    },
  });
  const body = { confirm: 'payments' };
  const path = '/v1/queues/payments/purge';
  const answer = await deadlocked.call({ path, body, headers: bearer() });
  expect([answer.status, answer.body]).toEqual([200, { cancelled: 1, more: false }]);
});

test('a call is not made again when a pooler tells that the server has broken off: it may have been carried out', async () => {
  await store.placeOrders(3);
  const purging = openDatabase(store.url);
  let purges = 0;
  const broken = openApi({
    database: {
      async query(text, parameters) {
        const answer = await purging.query<never>(text, parameters);
        if (!text.includes('purge')) return answer;
        purges += 1;
        throw Object.assign(new Error('server conn crashed?'), { code: '08P01' });
      },
    },
  });
  const body = { confirm: 'payments', limit: 1 };
  const answer = await broken.call({
    ...{ path: '/v1/queues/payments/purge', body, headers: bearer() },
  });
  expect([answer.status, purges]).toEqual([503, 1]);
});

test('every route answers 503 while the database is away, but the one that needs none', async () => {
  const url = 'postgresql://user:password@127.0.0.1:9/db';
  const away = openApi({ database: queueDatabase({ from: 'environment', url }, openDatabase) });
  const answers = await Promise.all(
    routes.map(({ method, path, example }) =>
      away.call({
        method,
        path: path.replace('{id}', crypto.randomUUID()).replace('{name}', 'payments'),
        headers: bearer(),
        ...(example.body && { body: example.body }),
      }),
    ),
  );
  const statuses = Object.fromEntries(
    routes.map(({ method, path }, index) => [`${method} ${path}`, answers[index]?.status]),
  );
  expect(statuses).toEqual({
    ...Object.fromEntries(Object.keys(statuses).map((route) => [route, 503])),
    'GET /v1/openapi.json': 200,
  });
});
