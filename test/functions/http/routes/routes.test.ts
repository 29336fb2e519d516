import { beforeAll, expect, test } from 'vitest';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let api: TestApi;
beforeAll(async () => {
  const { database } = await createApiDatabase();
  api = openApi({ database });
});

test('health needs no key and tells the schema version', async () => {
  const answer = await api.call({ path: '/v1/health' });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ status: 'ok', schemaVersion: expect.stringMatching(/^\d{4}$/) });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('HEAD is GET without a body', async () => {
  const answer = await api.call({ method: 'HEAD', path: '/v1/health' });
  expect([answer.status, answer.text]).toEqual([200, '']);
});

test.each(['/', '/v1', '/v1/message', '/v2/messages', '//v1/messages', '/v1/messages/a/b'])(
  'answers 404 at %s, for whoever asks',
  async (path) => {
    const answer = await api.call({ path });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status: 404, detail: 'There is no such route.' });
  },
);

test.each([
  ['DELETE', '/v1/messages', 'POST, GET, HEAD'],
  ['PUT', '/v1/messages', 'POST, GET, HEAD'],
  ['OPTIONS', '/v1/messages', 'POST, GET, HEAD'],
  ['DELETE', '/v1/messages/batch', 'POST'],
  ['GET', '/v1/messages/batch', 'POST'],
  ['PATCH', '/v1/messages/1', 'GET, HEAD, DELETE'],
  ['POST', '/v1/health', 'GET, HEAD'],
])('answers 405 to %s %s with what is allowed', async (method, path, allowed) => {
  const answer = await api.call({ method, path, headers: bearer() });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allowed);
  expect(answer.body.type).toBe('urn:millrace:problem:method-not-allowed');
});

test.each(['TRACE', 'CONNECT', 'NO SUCH METHOD'])('answers %s with 400', async (method) => {
  const answer = await api.call({ method, path: '/v1/health' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
});

test('takes headers that are not ASCII, but keeps them in view', async () => {
  const path = '/v1/health';
  expect((await api.call({ path, headers: { 'user-agent': 'Böök/1.0 \u{1f4d6}' } })).status).toBe(
    200,
  );
  const origin = 'https://bücher.example';
  const answer = await api.call({
    path: '/v1/messages',
    body: {},
    headers: { ...bearer(), origin },
  });
  expect(answer.status).toBe(403);
});

test('does not mind a body where none belongs', async () => {
  const answer = await api.call({ method: 'GET', path: '/v1/health', body: '{' });
  expect(answer.status).toBe(200);
});
