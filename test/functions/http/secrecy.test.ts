// Nothing of SQL, payloads, keys or stacks in an answer that is not a success, nor in any log line.
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '#queue/database.ts';
import type { TestDatabase } from '#test/support/database.ts';
import {
  type Answer,
  bearer,
  createApiDatabase,
  openApi,
  secret,
  type TestApi,
} from '#test/support/functions/api.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const marker = 'payload-marker';
const body = { type: 'test.anything', payload: { marker }, headers: { note: marker } };
const headers = bearer();

const forbidden = [
  marker,
  secret,
  'select',
  'insert',
  'millrace.enqueue_many',
  'millrace.enqueue_plain',
  'postgresql:',
  'secret of the schema',
  'node_modules',
  '.ts:',
  '    at ',
];

function expectNothingIn(text: string): void {
  for (const word of forbidden) expect(text.toLowerCase()).not.toContain(word.toLowerCase());
}

async function expectDiscreet(calls: Promise<Answer>[]): Promise<void> {
  const answers = await Promise.all(calls);
  for (const { status, text } of answers) if (status >= 400) expectNothingIn(text);
  expectNothingIn(JSON.stringify(api.log));
}

test('answers and log lines keep to themselves what was sent', async () => {
  const post = (sent: unknown, more = {}) =>
    api.call({ path: '/v1/messages', body: sent, headers: { ...headers, ...more } });
  await expectDiscreet([
    post(body),
    post(`{"marker": ${marker}`),
    post({ ...body, type: 'order.placed' }),
    post({ ...body, scheduledAt: marker }),
    post({ ...body, priority: marker, groupKey: [marker], delaySeconds: { marker } }),
    post({ ...body, scheduledAt: '2026-02-30T00:00:00Z' }),
    post({ type: 'test.odd', payload: 'throw' }),
    post({ type: 'test.new', payload: { marker } }),
    post(body, { authorization: `Bearer ${secret}-${marker}` }),
    post(body, { origin: `https://${marker}.example` }),
    post(body, { 'content-type': `text/${marker}` }),
    api.call({ path: `/v1/messages/${marker}`, headers }),
    api.call({ path: `/${marker}`, headers }),
  ]);
});

test('an unexpected error is answered with a request id and explained in the log alone', async () => {
  const failing: Database = {
    query: (_text, parameters) =>
      stored.database.query('select (select $1::text from generate_series(1, 2))', parameters),
  };
  const broken = openApi({ database: failing });
  const answer = await broken.call({ path: '/v1/messages', body, headers });
  expect(answer.status).toBe(500);
  expect(answer.body).toEqual({
    type: 'urn:millrace:problem:unexpected',
    title: 'Unexpected error',
    status: 500,
    detail: 'The reason is in the log under this request id.',
    requestId: expect.any(String),
  });
  const [line] = broken.log.filter(({ level }) => level === 'error');
  expect(line).toMatchObject({
    requestId: answer.body.requestId,
    error: {
      name: expect.any(String),
      code: '21000',
      message: expect.stringContaining('more than'),
    },
  });
  expectNothingIn(JSON.stringify(broken.log));
});

test('an error of Postgres that quotes a value is logged without its message', async () => {
  const failing: Database = {
    query: () => stored.database.query('select $1::integer', [marker]),
  };
  const broken = openApi({ database: failing });
  const answer = await broken.call({ path: '/v1/messages', body, headers });
  expect(answer.status).toBe(422);
  expectNothingIn(`${answer.text}${JSON.stringify(broken.log)}`);
});

test('a request is one line that says who asked what, how it ended and how long it took', async () => {
  const quiet = openApi({ database: stored.database });
  await quiet.call({ path: '/v1/messages/batch', body: { messages: [body, body] }, headers });
  expect(quiet.log).toEqual([
    {
      level: 'info',
      message: 'request',
      method: 'POST',
      route: '/v1/messages/batch',
      status: 202,
      durationMs: expect.any(Number),
      messages: 2,
      caller: 'shop',
      problem: undefined,
      requestId: expect.any(String),
    },
  ]);
  await quiet.call({ path: `/v1/messages/${marker}`, headers });
  expect(quiet.log.at(-1)).toMatchObject({ route: '/v1/messages/:id', problem: 'not-found' });
});
