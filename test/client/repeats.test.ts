// What is made again, when, and for how long; on a clock of the test's own.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Client, createClient } from '#client/client.ts';
import { createOperations } from '#client/operate.ts';
import type { ClientOptions } from '#client/transport.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Outcome = Response | Error;

const problem = (status: number, kind: string, headers = {}) =>
  new Response(JSON.stringify({ type: `urn:millrace:problem:${kind}`, status, detail: 'Wait.' }), {
    ...{ status, headers },
  });
const accepted = () => Response.json({ id: 'the id', duplicate: false });
const noNetwork = () => new TypeError('fetch failed');

/** An API that answers in turn, and its last answer again and again. */
function answering(...outcomes: (() => Outcome)[]) {
  const requests: (RequestInit | undefined)[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    requests.push(init);
    const outcome = (outcomes[requests.length - 1] ?? outcomes.at(-1) ?? accepted)();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const options = { url: 'https://api.example.com', key: 'mr_key', fetch } satisfies ClientOptions;
  return {
    requests,
    client: createClient(options),
    operations: createOperations(options),
    options,
  };
}

const keyOf = (init: RequestInit | undefined) => new Headers(init?.headers).get('idempotency-key');

/** Ends with the outcome, so that a refusal is not one that nobody handles while the clock is moved. */
const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => ({ value, error: undefined }),
    (error) => ({ value: undefined, error }),
  );

test.each([
  ['no network', noNetwork],
  ['429', () => problem(429, 'queue-full')],
  ['502', () => new Response('Bad Gateway', { status: 502 })],
  ['503', () => problem(503, 'database-away')],
  ['504', () => new Response('', { status: 504 })],
  ['an answer that is cut short', () => new Response('{"id":"the')],
  ['a page in front of the API', () => new Response('<html>Sign in</html>')],
  ['a key that another call still holds', () => problem(409, 'idempotency-in-progress')],
])('an enqueue is made again under the same key after %s', async (_, outcome) => {
  const { client, requests } = answering(outcome, outcome, accepted);
  const answer = client.enqueue('order.placed', {});
  await vi.runAllTimersAsync();
  expect(await answer).toMatchObject({ id: 'the id' });
  const keys = requests.map(keyOf);
  expect(keys).toEqual([keys[0], keys[0], keys[0]]);
  expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
});

test('every repeat brings the key of the first try', async () => {
  const { client, requests } = answering(noNetwork, noNetwork, accepted);
  const answer = client.enqueue('order.placed', {}, { idempotencyKey: 'order-1' });
  await vi.runAllTimersAsync();
  await answer;
  expect(requests.map(keyOf)).toEqual(['order-1', 'order-1', 'order-1']);
});

const order = { type: 'order.placed', payload: {} };

test.each<[string, (client: Client) => Promise<unknown>]>([
  ['enqueued', (client) => client.enqueueChord({ messages: [order], followedBy: order })],
  ['joined', (client) => client.joinChord('the id', { messages: [order] })],
])('a chord is %s again under the same id, of this time', async (_, call) => {
  const { client, requests } = answering(noNetwork, noNetwork, accepted);
  const answer = call(client);
  await vi.runAllTimersAsync();
  await answer;
  const ids = requests.map((init) => JSON.parse(String(init?.body)).id);
  expect(new Set(ids).size).toBe(1);
  expect(ids).toHaveLength(3);
  expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  const time = Number.parseInt(ids[0].replace('-', '').slice(0, 12), 16);
  expect(Math.abs(time - Date.now())).toBeLessThan(120_000);
});

test.each([
  ['400', () => problem(400, 'invalid-parameter')],
  ['409', () => problem(409, 'idempotency-conflict')],
  ['422', () => problem(422, 'invalid-message')],
  ['500', () => problem(500, 'unexpected')],
])('an enqueue that is refused with %s is not made again', async (status, outcome) => {
  const { client, requests } = answering(outcome);
  const { error } = await settled(client.enqueue('order.placed', {}));
  expect([error.status, requests.length]).toEqual([Number(status), 1]);
});

test('Retry-After is kept, with up to a fifth more', async () => {
  const { client, requests } = answering(
    () => problem(503, 'database-away', { 'retry-after': '5' }),
    accepted,
  );
  const answer = client.enqueue('order.placed', {});
  await vi.advanceTimersByTimeAsync(4_999);
  expect(requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(requests).toHaveLength(2);
  await answer;
});

test('a Retry-After that is an instant is kept as well', async () => {
  vi.setSystemTime('2026-03-01T08:30:00Z');
  const { client, requests } = answering(
    () => problem(429, 'queue-full', { 'retry-after': 'Sun, 01 Mar 2026 08:30:10 GMT' }),
    accepted,
  );
  const answer = client.enqueue('order.placed', {});
  await vi.advanceTimersByTimeAsync(9_999);
  expect(requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_001);
  expect(requests).toHaveLength(2);
  await answer;
});

test('nobody waits for longer than the patience, and the last problem is told', async () => {
  const { client, requests } = answering(noNetwork);
  const startedAt = Date.now();
  const answer = settled(client.enqueue('order.placed', {}));
  await vi.runAllTimersAsync();
  const { error } = await answer;
  expect(error).toMatchObject({ name: 'MillraceProblem', status: 0, kind: 'no-answer' });
  expect(error.cause).toEqual(noNetwork());
  expect(Date.now() - startedAt).toBeLessThanOrEqual(30_000);
  // The waits double from a quarter of a second to ten.
  expect(requests.length).toBeGreaterThan(6);
  expect(requests.length).toBeLessThan(12);
});

test('who is told to wait for longer than the patience is told so at once', async () => {
  const { client, requests } = answering(() => problem(429, 'queue-full', { 'retry-after': '60' }));
  const { error } = await settled(client.enqueue('order.placed', {}));
  expect([error.kind, error.retryAfterSeconds, requests.length]).toEqual(['queue-full', 60, 1]);
});

test('a signal ends the waiting, and the call', async () => {
  const { client, requests } = answering(noNetwork);
  const aborter = new AbortController();
  const answer = settled(client.enqueue('order.placed', {}, { signal: aborter.signal }));
  await vi.advanceTimersByTimeAsync(1_000);
  const reason = new Error('the customer has left');
  aborter.abort(reason);
  expect((await answer).error).toBe(reason);
  const before = requests.length;
  await vi.runAllTimersAsync();
  expect(requests).toHaveLength(before);
});

test('the token is asked for anew before each try', async () => {
  const { options, requests } = answering(noNetwork, accepted);
  const tokens = ['first', 'second'];
  const client = createClient({
    ...{ url: options.url, fetch: options.fetch },
    token: async () => tokens.shift() ?? '',
  });
  const answer = client.enqueue('order.placed', {});
  await vi.runAllTimersAsync();
  await answer;
  const sent = requests.map((init) => new Headers(init?.headers).get('authorization'));
  expect(sent).toEqual(['Bearer first', 'Bearer second']);
});

describe('what would do more the second time', () => {
  const calls = {
    purge: (operations) => operations.purgeQueue('payments', { limit: 1 }),
    redrive: (operations) => operations.redrive({ filter: {}, limit: 1 }),
    discard: (operations) => operations.discard({ filter: {}, limit: 1 }),
    replay: (operations) => operations.replayMessage('id'),
    cancel: (operations) => operations.cancelMessage('id'),
    'run a schedule': (operations) => operations.runSchedule('weekly-summary'),
  } satisfies Record<string, (operations: ReturnType<typeof createOperations>) => Promise<unknown>>;

  test.each(Object.entries(calls))('%s: not after a lost answer', async (_, call) => {
    for (const outcome of [noNetwork, () => problem(503, 'database-away')]) {
      const { operations, requests } = answering(outcome);
      const { error } = await settled(call(operations));
      expect([error.name, requests.length]).toEqual(['MillraceProblem', 1]);
    }
  });

  test.each(Object.entries(calls))('%s: again when nothing was done', async (_, call) => {
    const { operations, requests } = answering(
      () => problem(429, 'too-many-unknown-keys', { 'retry-after': '5' }),
      () => problem(503, 'database-busy', { 'retry-after': '5' }),
      () => Response.json({}),
    );
    const answer = call(operations);
    await vi.runAllTimersAsync();
    await answer;
    expect(requests).toHaveLength(3);
  });
});

test('a purge says its queue again, and is made once', async () => {
  const { operations, requests } = answering(noNetwork);
  const answer = settled(operations.purgeQueue('payments'));
  await vi.runAllTimersAsync();
  const { error } = await answer;
  expect([error.kind, requests.length]).toEqual(['no-answer', 1]);
  expect(requests[0]?.body).toBe('{"confirm":"payments"}');
});

test('what means the same twice is made again', async () => {
  const { operations, requests } = answering(noNetwork, () => Response.json({}));
  const answer = operations.pauseQueue('payments');
  await vi.runAllTimersAsync();
  await answer;
  expect(requests).toHaveLength(2);
});
