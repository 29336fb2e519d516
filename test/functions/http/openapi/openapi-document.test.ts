// What the document says against what the routes do.
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createApp } from '#functions/http/app.ts';
import { problemKinds } from '#functions/http/openapi/problem-kinds.ts';
import { type ProblemKind, problemTitles } from '#functions/http/problem.ts';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { readCallerRules } from '#functions/runtime/caller-rules.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { bearer, keyOf, putApiKey } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

const routes = await describedRoutes();

const otherScopes = {
  enqueue: ['read', 'operate'],
  'enqueue or operate': ['read'],
  read: ['enqueue:*', 'operate'],
  operate: ['enqueue:*', 'read'],
};
const keyWithout = (scope: string) => keyOf(`every scope but ${scope}`);
const powerless = keyOf('no scope');

type Json = z.core.JSONSchema.BaseSchema;

let store: Bookstore;
// biome-ignore lint/suspicious/noExplicitAny: a document of a form that the tests themselves check
let document: any;
beforeAll(async () => {
  store = await openBookstore();
  document = (await store.api.call({ path: '/v1/openapi.json' })).body;
  await putApiKey(store, 'nobody', powerless, []);
  for (const [scope, others] of Object.entries(otherScopes))
    await putApiKey(store, `all but ${scope}`, keyWithout(scope), others);
});

const operationOf = (method: string, path: string) => document.paths[path]?.[method.toLowerCase()];

/** With references resolved, and no property beyond those that are named. */
function closed(schema: Json): Json {
  const whole = JSON.stringify(schema, (_name, value) => {
    if (value?.$ref) return componentOf(value.$ref);
    const isOpen = value?.properties && !value.allOf && value.additionalProperties === undefined;
    return isOpen ? { ...value, additionalProperties: false } : value;
  });
  return JSON.parse(whole);
}

function componentOf(reference: string) {
  const names = reference.replace('#/', '').split('/');
  const found = names.reduce((value, name) => value?.[name], document);
  if (!found) throw new Error(`${reference} leads nowhere`);
  return found;
}

function expectFit(value: unknown, schema: Json): void {
  expect(z.fromJSONSchema(closed(schema)).safeParse(value).error?.issues).toBeUndefined();
}

const contentOf = (response: { $ref?: string }) =>
  Object.values(
    ((response.$ref ? componentOf(response.$ref) : response) as { content: object }).content,
  )[0];

test('needs no key, may be cached, and is OpenAPI 3.1', async () => {
  const answer = await store.api.call({ path: '/v1/openapi.json' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
  expect(answer.body.openapi).toMatch(/^3\.1\./);
});

test('names the routes of the app, all of them and no others', () => {
  const nothing = () => {
    throw new Error('no request is made');
  };
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const app = createApp({
    databases: [{ query: nothing }],
    statusTokenKey: nothing,
    registry: defineRegistry({ queues: [] }),
    log,
    allowedOrigins: [],
    callerRules: readCallerRules({}),
  });
  const served = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  const documented = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual([...new Set(served)].toSorted());
});

test('gives every operation an id of its own, and leads nowhere else', () => {
  const ids = routes.map(({ method, path }) => operationOf(method, path).operationId);
  expect(new Set(ids).size).toBe(routes.length);
  for (const [reference] of JSON.stringify(document).matchAll(/(?<="\$ref":")[^"]+/g))
    expect(componentOf(reference)).toBeTruthy();
});

test('describes the public message types, and names no other', () => {
  expect(Object.keys(document.components.schemas).toSorted()).toEqual([
    'Fault',
    'Problem',
    'order.moved',
    'order.placed',
  ]);
  expect(document.components.schemas['order.placed']).toMatchObject({
    type: 'object',
    properties: { orderId: { type: 'string' } },
  });
  expect(JSON.stringify(document)).not.toContain('order.eaten');
  const forms = operationOf('POST', '/v1/messages').requestBody.content['application/json'].schema;
  expect(forms.anyOf.map(({ title }: { title: string }) => title)).toEqual([
    'order.moved',
    'order.placed',
    'any type',
  ]);
  expect(forms.anyOf[0]).toMatchObject({
    properties: { type: { const: 'order.moved' }, version: { const: 2 } },
    required: ['type', 'payload', 'version'],
  });
});

describe.each(routes.map((route) => [route.method, route.path, route] as const))(
  '%s %s',
  (method, path, route) => {
    const concrete = path.replace('{id}', crypto.randomUUID()).replace('{name}', 'payments');

    test('has examples that fit their schemas', () => {
      const { responses } = operationOf(method, path);
      const { schema, example } = responses[route.status ?? 200].content['application/json'];
      expectFit(example, schema);
      expect(Boolean(route.body)).toBe(Boolean(route.example.body));
      if (route.body && !route.bodySchema)
        expect(route.body.safeParse(route.example.body).error).toBeUndefined();
    });

    test('lists the status of every problem', () => {
      const statuses = problemKinds(route).map((kind: ProblemKind) => problemTitles[kind][0]);
      const listed = Object.keys(operationOf(method, path).responses).map(Number);
      expect(new Set(listed)).toEqual(new Set([route.status ?? 200, ...statuses]));
    });

    test('refuses who has no key or no scope as it says', async () => {
      const { responses, security } = operationOf(method, path);
      const token = route.takesStatusToken ? [{ statusToken: [] }] : [];
      expect(security).toEqual(route.scope ? [{ apiKey: [] }, ...token] : []);
      if (!route.scope) return;
      const body = method === 'GET' ? undefined : route.example.body;
      const call = { method, path: concrete, body };
      const unknown = await store.api.call(call);
      expect(unknown.status).toBe(401);
      expectFit(unknown.body, contentOf(responses[401]).schema);
      if (route.scope === 'any') return;
      for (const key of [powerless, keyWithout(route.scope)]) {
        const unscoped = await store.api.call({ ...call, headers: bearer(key) });
        expect(unscoped.status).toBe(403);
        expectFit(unscoped.body, contentOf(responses[403]).schema);
      }
    });
  },
);

test('the check itself sees what is missing and what is not documented', () => {
  const { schema, example } = operationOf('GET', '/v1/queues/{name}').responses[200].content[
    'application/json'
  ];
  expect(() => expectFit({ ...example, rows: 1 }, schema)).toThrow();
  expect(() => expectFit({ ...example, depth: { ...example.depth, lost: 1 } }, schema)).toThrow();
  expect(() => expectFit({ ...example, paused: undefined }, schema)).toThrow();
});

test('real answers fit what is said of them', async () => {
  const check = async (method: string, path: string, call: object, place = path) => {
    const answer = await store.call(place, { method, ...call });
    const response = operationOf(method, path).responses[answer.status];
    expect(response, `${method} ${path} answered ${answer.status}`).toBeDefined();
    expectFit(answer.body, contentOf(response).schema);
    return answer;
  };
  const order = { type: 'order.placed', payload: { orderId: 'A' }, groupKey: 'a' };
  const key = { 'idempotency-key': 'key' };
  const { body } = await check('POST', '/v1/messages', { body: order, headers: key });
  await check('POST', '/v1/messages', { body: order, headers: key });
  await check('POST', '/v1/messages', { body: { ...order, payload: {} } });
  await check('POST', '/v1/messages', {
    body: { ...order, payload: { orderId: 'B' } },
    headers: key,
  });
  await check('POST', '/v1/messages/batch', { body: { messages: [order, order] } });
  await check('GET', '/v1/queues/{name}/blocked-groups', {}, '/v1/queues/payments/blocked-groups');
  store.isDeclining = true;
  await store.drain();
  const one = `/v1/messages/${body.id}`;
  await check('GET', '/v1/messages/{id}', {}, one);
  await check('GET', '/v1/dead-letters', { query: 'limit=1' });
  await check('GET', '/v1/dead-letters', { query: 'limit=x' });
  await check('POST', '/v1/dead-letters/redrive', { body: { ids: [body.id] } });
  await check('POST', '/v1/dead-letters/redrive', { body: {} });
  await check('DELETE', '/v1/dead-letters', { body: { filter: {} } });
  await check('DELETE', '/v1/messages/{id}', {}, one);
  await check('POST', '/v1/messages/{id}/replay', {}, `${one}/replay`);
  await check('GET', '/v1/queues', {});
  await check('GET', '/v1/queues/{name}', {}, '/v1/queues/payments');
  await check('GET', '/v1/queues/{name}', {}, '/v1/queues/nowhere');
  for (const action of ['pause', 'resume'])
    await check('POST', `/v1/queues/{name}/${action}`, {}, `/v1/queues/payments/${action}`);
  const purge = { body: { confirm: 'payments' } };
  await check('POST', '/v1/queues/{name}/purge', purge, '/v1/queues/payments/purge');
  await check('GET', '/v1/caller', {});
  await check('GET', '/v1/history', {});
  await check('GET', '/v1/history', { query: 'period=day&queue=payments' });
  await check('GET', '/v1/history', { query: 'period=year' });
  await check('GET', '/v1/drains', {});
  await check('GET', '/v1/audit', { query: 'limit=1' });
  await check('GET', '/v1/audit', { query: 'cursor=!' });
  await check('GET', '/v1/health', {});
});
