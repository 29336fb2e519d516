import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { openDatabase } from '#queue/database.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { type Answer, bearer, createApiDatabase, openApi } from '#test/support/functions/api.ts';
import { startLossyEndpoint } from '#test/support/functions/lossy-endpoint.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
});
beforeEach(() => stored.query('truncate millrace.message, millrace.delivery, millrace.parcel'));

const posted = {
  path: '/v1/messages',
  body: { type: 'order.placed', payload: { orderId: 'secret payload' } },
  headers: bearer(),
};

const storedIds = async () =>
  (await stored.query<{ id: string }>('select id from millrace.message')).map(({ id }) => id);

/** Keeps every enqueue waiting until it is disposed of. */
async function lockMessages() {
  await stored.query('begin');
  await stored.query('lock table millrace.message');
  return {
    async [Symbol.asyncDispose]() {
      await stored.query('rollback');
    },
  };
}

test('every route answers 503 within ten seconds while the database refuses connections', async () => {
  const url = 'postgresql://user:secret-password@127.0.0.1:9/db';
  const api = openApi({ database: queueDatabase({ from: 'environment', url }, openDatabase) });
  const startedAt = performance.now();
  const answers = await Promise.all([
    api.call(posted),
    api.call({ path: '/v1/health' }),
    api.call({ path: `/v1/messages/${randomUUID()}`, headers: bearer() }),
  ]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  for (const answer of answers) expectAway(answer);
  const lines = JSON.stringify(api.log);
  expect(lines).not.toContain('secret');
  expect(api.log.filter(({ level }) => level === 'warn')).toHaveLength(3);
});

test('a call that is not answered is given up, and said to be too slow', async () => {
  await using _lock = await lockMessages();
  const database = openDatabase(stored.url, 1_000);
  expectAway(await openApi({ database }).call(posted), 'too-slow');
});

test('a message whose connection is terminated under way is stored all the same', async () => {
  const api = openApi({ database: stored.database });
  const lock = await lockMessages();
  const answering = api.call(posted);
  await terminateWaiting();
  await lock[Symbol.asyncDispose]();
  const answer = await answering;
  expect(answer.status).toBe(202);
  expect(await storedIds()).toEqual([answer.body.id]);
});

describe('when the answer to an enqueue is lost', () => {
  test('the message is stored once and is no duplicate', async () => {
    const endpoint = await startLossyEndpoint(stored.url);
    const database = openDatabase(endpoint.url);
    const api = openApi({ database });
    await api.call({ path: `/v1/messages/${randomUUID()}`, headers: bearer() });
    endpoint.lose(2);
    const before = endpoint.calls;
    const answer = await api.call(posted);
    expect([answer.status, answer.body.duplicate]).toEqual([202, false]);
    expect(endpoint.calls - before).toBe(3);
    expect(await storedIds()).toEqual([answer.body.id]);
    expect(await stored.query('select from millrace.delivery')).toHaveLength(2);
  });

  test('a batch is stored once, too', async () => {
    const endpoint = await startLossyEndpoint(stored.url);
    const database = openDatabase(endpoint.url);
    const api = openApi({ database });
    endpoint.lose(1);
    const messages = Array(50).fill(posted.body);
    const call = { ...posted, path: '/v1/messages/batch', body: { messages } };
    expect((await api.call(call)).status).toBe(202);
    endpoint.lose(1);
    const answer = await api.call(call);
    expect(answer.body.messages).toHaveLength(50);
    expect(await storedIds()).toHaveLength(100);
  });
});

test('an enqueue costs one round trip once its key is known', async () => {
  const endpoint = await startLossyEndpoint(stored.url);
  const database = openDatabase(endpoint.url);
  const api = openApi({ database });
  await api.call(posted);
  expect(endpoint.calls).toBe(2);
  await api.call(posted);
  await api.call({ ...posted, path: '/v1/messages/batch', body: { messages: [posted.body] } });
  expect(endpoint.calls).toBe(4);
});

function expectAway(answer: Answer, kind = 'database-away'): void {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.body.type).toBe(`urn:millrace:problem:${kind}`);
  expect(answer.text).not.toContain('secret');
}

async function terminateWaiting(): Promise<void> {
  const waiting = `
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  // Not on the connection that holds the lock: it would see the same snapshot of the activity again and again.
  await waitUntil(async () => (await stored.database.query(waiting)).length > 0);
}
