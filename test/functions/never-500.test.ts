// No input gives a 500, whatever it is.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Api, bearer, createApiDatabase, openApi } from './api.ts';

let api: Api;
beforeAll(async () => {
  const { database } = await createApiDatabase();
  api = openApi({ database: async () => database });
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

async function statusOf(path: string, body: unknown): Promise<number> {
  return (await api.call({ path, body, headers: bearer() })).status;
}

const bodies: [string, string, fc.Arbitrary<unknown>][] = [
  ['texts', '/v1/messages', fc.oneof(text, fc.json())],
  ['values', '/v1/messages', value],
  ['messages', '/v1/messages', message],
  ['batches', '/v1/messages/batch', fc.record({ messages: fc.array(message, { maxLength: 4 }) })],
];

test.each(bodies)('random %s', async (_name, path, body) => {
  const expected = [202, 400, 413, 422];
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

test('random headers', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, text, async (authorization, origin, type) => {
      const headers = { authorization, origin, 'content-type': type };
      const { status } = await api.call({ path: '/v1/messages', body: {}, headers });
      expect([400, 401, 403]).toContain(status);
    }),
  );
});
