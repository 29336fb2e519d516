// No input gives a 500, whatever it is.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let api: TestApi;
beforeAll(async () => {
  const { database } = await createApiDatabase();
  api = openApi({ database });
});

const text = fc.string({ unit: 'binary' });
const lone = fc.constantFrom('\0', '\ud800', '\udfff', '__proto__', 'constructor', '1e999');
const value = fc.oneof(fc.jsonValue(), text, lone, fc.double(), fc.constant(null));
const sometimes = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, value);

const message = fc.record(
  {
    type: sometimes(fc.constantFrom('test.anything', 'order.placed', 'test.odd', 'test.new')),
    payload: fc.oneof(value, fc.dictionary(fc.oneof(text, lone), value)),
    priority: sometimes(fc.integer({ min: -1, max: 11 })),
    delaySeconds: sometimes(fc.double({ min: -1, max: 4e7 })),
    scheduledAt: sometimes(fc.date().map((date) => String(date.toJSON()))),
    groupKey: sometimes(text),
    headers: sometimes(fc.dictionary(fc.oneof(text, fc.constantFrom('a', 'b')), text)),
  },
  { requiredKeys: ['type', 'payload'] },
);

const id = '0198f2c4-7d1e-7a3b-9c55-3e8f0a6d2b41';

const choice = fc.record(
  {
    ids: sometimes(fc.array(fc.oneof(fc.uuid(), text), { maxLength: 3 })),
    filter: sometimes(
      fc.record(
        {
          queue: sometimes(text),
          type: sometimes(text),
          before: sometimes(fc.date().map((date) => String(date.toJSON()))),
          error: sometimes(fc.oneof(text, lone)),
        },
        { requiredKeys: [] },
      ),
    ),
    limit: sometimes(fc.integer({ min: -1, max: 10_001 })),
    dryRun: sometimes(fc.boolean()),
  },
  { requiredKeys: [] },
);
const purge = fc.record({ confirm: sometimes(fc.constant('payments')), limit: value });

async function statusOf(path: string, body: unknown): Promise<number> {
  return (await api.call({ path, body, headers: bearer() })).status;
}

const bodies: [string, string, fc.Arbitrary<unknown>][] = [
  ['texts', '/v1/messages', fc.oneof(text, fc.json())],
  ['values', '/v1/messages', value],
  ['messages', '/v1/messages', message],
  ['batches', '/v1/messages/batch', fc.record({ messages: fc.array(message, { maxLength: 4 }) })],
];

const operations: typeof bodies = [
  ['redrives', '/v1/dead-letters/redrive', fc.oneof(choice, value)],
  ['purges', '/v1/queues/payments/purge', fc.oneof(purge, value)],
  ['replays', `/v1/messages/${id}/replay`, fc.oneof(fc.record({ queue: value }), value)],
];

test.each([...bodies, ...operations])('random %s', async (_name, path, body) => {
  const expected = [200, 202, 400, 404, 413, 422];
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      expect(expected).toContain(await statusOf(path, sent));
    }),
    { numRuns: 300 },
  );
});

test('random paths', async () => {
  await fc.assert(
    fc.asyncProperty(fc.webPath(), text, async (path, odd) => {
      const answer = await api.call({ path: `/v1/messages/${path}${odd}`, headers: bearer() });
      expect([400, 404, 405]).toContain(answer.status);
    }),
    { numRuns: 300 },
  );
});

test('random names and queries', async () => {
  const paths = fc.constantFrom('/v1/dead-letters', '/v1/queues/payments/blocked-groups');
  const names = fc.constantFrom('limit', 'after', 'before', 'cursor', 'queue', 'error', 'type');
  const pairs = fc.array(fc.tuple(fc.oneof(names, text), fc.oneof(text, fc.nat().map(String))));
  await fc.assert(
    fc.asyncProperty(paths, pairs, text, async (path, given, name) => {
      const query = given
        .map((pair) => pair.map((word) => encodeURIComponent(word.toWellFormed())).join('='))
        .join('&');
      const listed = await api.call({ path, query, headers: bearer() });
      expect([200, 400]).toContain(listed.status);
      const odd = encodeURIComponent(name.toWellFormed());
      for (const place of [`/v1/queues/${odd}`, `/v1/queues/${name}`])
        expect([200, 400, 404]).toContain(
          (await api.call({ path: place, headers: bearer() })).status,
        );
      const call = { method: 'POST', path: `/v1/queues/${odd}/pause`, headers: bearer() };
      expect([404, 405]).toContain((await api.call(call)).status);
    }),
    { numRuns: 300 },
  );
});

test('random headers', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, text, async (authorization, origin, type) => {
      const headers = { authorization, origin, 'content-type': type };
      const { status } = await api.call({ path: '/v1/messages', body: {}, headers });
      expect([400, 401, 403]).toContain(status);
    }),
  );
});

test('random keys and traces', async () => {
  const body = { type: 'test.anything', payload: 1 };
  await fc.assert(
    fc.asyncProperty(text, text, async (key, traceparent) => {
      const headers = { ...bearer(), 'idempotency-key': key, traceparent };
      const { status } = await api.call({ path: '/v1/messages', body, headers });
      expect([202, 400]).toContain(status);
    }),
  );
});
