// No path, query or header gives a 500, whatever it is. Requests that are nearly right are test/fuzz's.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let api: TestApi;
beforeAll(async () => {
  const { database } = await createApiDatabase();
  api = openApi({ database });
});

const text = fc.string({ unit: 'binary' });
test('random paths', async () => {
  await fc.assert(
    fc.asyncProperty(fc.webPath(), text, async (path, odd) => {
      const answer = await api.call({ path: `/v1/messages/${path}${odd}`, headers: bearer() });
      // Nothing behind the slash is the list.
      expect([200, 400, 404, 405]).toContain(answer.status);
    }),
    { numRuns: 300 },
  );
});

test('random names and queries', async () => {
  const paths = fc.constantFrom(
    ...['/v1/messages', '/v1/dead-letters', '/v1/queues/payments/blocked-groups'],
  );
  const names = fc.constantFrom(
    ...['limit', 'after', 'before', 'cursor', 'queue', 'error', 'type'],
    ...['status', 'groupKey', 'traceId', 'idempotencyKey'],
  );
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
