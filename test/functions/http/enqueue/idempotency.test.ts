import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '#queue/database.ts';
import { bearer, openApi } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';
import { startLossyEndpoint } from '#test/support/functions/lossy-endpoint.ts';
import { connect } from '#test/support/sql/connect.ts';

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
});

const order = (orderId: string, more = {}) => ({
  type: 'order.placed',
  payload: { orderId },
  ...more,
});
const post = (key: string | undefined, body: unknown) =>
  store.call('/v1/messages', { body, headers: { 'idempotency-key': key } });
/** As a client does it: whoever waits for long behind others with the same key is told to come again. */
async function postPatiently(key: string, body: unknown): ReturnType<typeof post> {
  const answer = await post(key, body);
  const isHeld = answer.body.type === 'urn:millrace:problem:idempotency-in-progress';
  return isHeld ? postPatiently(key, body) : answer;
}
const batch = (messages: unknown[], headers = {}) =>
  store.call('/v1/messages/batch', { body: { messages }, headers });
const count = async (orderId: string) =>
  (await store.query("select from millrace.message where payload ->> 'orderId' = $1", [orderId]))
    .length;

test('the same key and payload is the same message', async () => {
  const first = await post('key-1', order('A'));
  expect([first.status, first.body.duplicate]).toEqual([202, false]);
  const again = await post('key-1', order('A'));
  expect(again.status).toBe(202);
  // A token is as long-lived as its own answer.
  const statusToken = expect.stringMatching(/^mst_1/);
  expect(again.body).toEqual({ ...first.body, duplicate: true, statusToken });
  expect(again.headers.get('location')).toBe(`/v1/messages/${first.body.id}`);
  expect(await count('A')).toBe(1);
});

test('a key stands for as long as the message says', async () => {
  const { body } = await post('key-2', order('B', { idempotencySeconds: 60 }));
  const seconds = (Date.parse(body.idempotentUntil) - Date.now()) / 1_000;
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThan(61);
  await store.query("update millrace.idempotency_key set expires_at = now() where key = 'key-2'");
  expect((await post('key-2', order('B'))).body.duplicate).toBe(false);
  expect(await count('B')).toBe(2);
});

test('the same key with another payload answers 409 and names the header', async () => {
  await post('key-3', order('C'));
  const answer = await post('key-3', order('other'));
  expect([answer.status, answer.body.type]).toEqual([
    409,
    'urn:millrace:problem:idempotency-conflict',
  ]);
  expect(answer.body.errors).toEqual([
    { header: 'Idempotency-Key', code: 'key_conflict', detail: expect.any(String) },
  ]);
  expect(await count('other')).toBe(0);
});

test.each(['commit', 'rollback'])(
  'a key that an open transaction holds answers 409 until its %s',
  async (how) => {
    const producer = await connect(store);
    const held = order('H', { idempotencyKey: `held-${how}` });
    await producer.query('begin');
    await producer.query(`select millrace.enqueue_many($1, 'key:shop')`, [JSON.stringify([held])]);
    const waiting = await post(`held-${how}`, order('H'));
    expect([waiting.status, waiting.body.type, waiting.headers.get('retry-after')]).toEqual([
      409,
      'urn:millrace:problem:idempotency-in-progress',
      '1',
    ]);
    expect(waiting.body.errors).toEqual([
      { header: 'Idempotency-Key', code: 'key_in_progress', detail: expect.any(String) },
    ]);
    await producer.query(how);
    const after = await post(`held-${how}`, order('H'));
    expect([after.status, after.body.duplicate]).toEqual([202, how === 'commit']);
  },
);

test('replace puts the newer message into the place of the one that waits', async () => {
  const options = { replace: true, delaySeconds: 60 };
  const first = await post('key-4', order('D', options));
  const second = await post('key-4', order('E', options));
  expect([second.status, second.body.duplicate]).toEqual([202, false]);
  expect((await store.call(`/v1/messages/${first.body.id}`)).body.status).toBe('cancelled');
  expect((await store.call(`/v1/messages/${second.body.id}`)).body.status).toBe('scheduled');
});

test('of 20 requests at once with one key, one is stored and all tell its id', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => postPatiently('race', order('F'))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
  expect(await count('F')).toBe(1);
});

test('costs one round trip, and one more for each answer that is lost', async () => {
  const endpoint = await startLossyEndpoint(store.url);
  const database = openDatabase(endpoint.url);
  const api = openApi({ database });
  const send = (key: string) =>
    api.call({
      path: '/v1/messages',
      body: order('G'),
      headers: { ...bearer(), 'idempotency-key': key },
    });
  await send('key-5');
  const before = endpoint.calls;
  expect((await send('key-5')).body.duplicate).toBe(true);
  expect(endpoint.calls - before).toBe(1);
  endpoint.lose(1);
  const lost = await send('key-6');
  expect([lost.status, lost.body.duplicate]).toEqual([202, false]);
  expect(await count('G')).toBe(2);
});

describe('in a batch', () => {
  test('each message has its own key, and one may stand there twice', async () => {
    const message = order('H', { idempotencyKey: 'key-7' });
    const { status, body } = await batch([message, order('I'), message]);
    expect(status).toBe(202);
    expect(body.messages.map(({ duplicate }: { duplicate: boolean }) => duplicate)).toEqual([
      false,
      false,
      true,
    ]);
    expect(body.messages[2].id).toBe(body.messages[0].id);
    expect((await post('key-7', order('H'))).body.id).toBe(body.messages[0].id);
  });

  test('a conflict refuses all and points at the message', async () => {
    await post('key-8', order('J'));
    const answer = await batch([order('K'), order('L', { idempotencyKey: 'key-8' })]);
    expect([answer.status, answer.body.errors]).toEqual([
      409,
      [expect.objectContaining({ pointer: '/messages/1/idempotencyKey', code: 'key_conflict' })],
    ]);
    expect(await count('K')).toBe(0);
  });

  test('a key in the header is refused, since it cannot stand for many messages', async () => {
    const answer = await batch([order('M')], { 'idempotency-key': 'key-9' });
    expect([answer.status, answer.body.errors[0].header]).toEqual([400, 'idempotency-key']);
  });
});

test.each(['', 'two words', 'x'.repeat(201), 'tab\tbed'])(
  'refuses the key %j with 400',
  async (key) => {
    const answer = await post(key, order('N'));
    expect([answer.status, answer.body.type]).toEqual([
      400,
      'urn:millrace:problem:invalid-parameter',
    ]);
    expect(answer.body.errors).toEqual([expect.objectContaining({ header: 'idempotency-key' })]);
  },
);

test.each([
  ['a key in the body', { idempotencyKey: 'x' }, '/idempotencyKey'],
  ['seconds without a key', { idempotencySeconds: 60 }, '/idempotencySeconds'],
  ['replace without a key', { replace: true }, '/replace'],
  ['no seconds at all', { idempotencySeconds: 0 }, '/idempotencySeconds'],
  ['seconds of more than 30 days', { idempotencySeconds: 2_592_001 }, '/idempotencySeconds'],
  ['replace in words', { replace: 'yes' }, '/replace'],
])('refuses %s with 422', async (_name, more, pointer) => {
  const answer = await post(undefined, order('O', more));
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [expect.objectContaining({ pointer })],
  ]);
});

test('a full queue answers 429 and when to come back', async () => {
  const eaten = { type: 'order.eaten', payload: 1 };
  expect((await batch([eaten, eaten])).status).toBe(202);
  const answer = await batch([order('P'), eaten]);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
  expect(answer.body).toMatchObject({
    type: 'urn:millrace:problem:queue-full',
    errors: [{ pointer: '/messages/1/type', code: 'queue_full' }],
  });
  expect(await count('P')).toBe(0);
});
