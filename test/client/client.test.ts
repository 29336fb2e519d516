// The client against the real API, on a network that works.
import { beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '#client/client.ts';
import { createOperations } from '#client/operate.ts';
import { MillraceProblem } from '#client/problem.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { type ServedApi, serveApi } from '#test/support/client/served-api.ts';
import { keyOf, secret } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

interface Messages {
  'order.placed': { readonly orderId: string };
}

let store: Bookstore;
let api: ServedApi;
beforeAll(async () => {
  store = await openBookstore();
  api = await serveApi(store.api);
  return () => api.stop();
});

const client = (key = secret) => createClient<Messages>({ url: api.url, key });
const operations = () => createOperations({ url: `${api.url}/`, key: secret });

test('stores a message once for each call', async () => {
  const first = await client().enqueue('order.placed', { orderId: 'A-1' });
  const second = await client().enqueue('order.placed', { orderId: 'A-1' });
  expect(first).toMatchObject({ type: 'order.placed', status: 'pending', duplicate: false });
  expect(second.id).not.toBe(first.id);
  expect(first.idempotentUntil).toBeDefined();
});

test('takes a key of the caller, by which a later call finds the same message', async () => {
  const enqueue = () =>
    client().enqueue('order.placed', { orderId: 'A-2' }, { idempotencyKey: 'order-A-2' });
  const [first, second] = [await enqueue(), await enqueue()];
  expect([second.id, second.duplicate]).toEqual([first.id, true]);
});

test('enqueues a chord, tells how far it is, and cancels it', async () => {
  const order = { type: 'order.placed', payload: { orderId: 'A-4' } } as const;
  const chord = { messages: [order, { ...order, priority: 7 }], followedBy: order };
  const { id, messages } = await client().enqueueChord(chord);
  expect(messages).toMatchObject([{ status: 'pending' }, { duplicate: false }]);
  expect(await operations().chord(id)).toMatchObject({ id, status: 'open', members: 2, live: 2 });
  expect((await operations().cancelChord(id)).more).toBe(false);
  expect(await operations().chord(id)).toMatchObject({ status: 'cancelled', cancelled: 2 });
});

describe('a chord is joined', () => {
  const order = { type: 'order.placed', payload: { orderId: 'A-6' } } as const;
  const another = { ...order, payload: { orderId: 'A-7' } };
  const openChord = async () =>
    (await client().enqueueChord({ messages: [order], followedBy: order })).id;

  test('by further messages, which hold it open', async () => {
    const id = await openChord();
    const joined = await client().joinChord(id, { messages: [{ ...order, priority: 7 }, another] });
    expect(joined.messages).toMatchObject([{ status: 'pending' }, { duplicate: false }]);
    expect(await operations().chord(id)).toMatchObject({ status: 'open', members: 3, live: 3 });
    const [first] = joined.messages;
    expect(await client().status(first?.id ?? '')).toMatchObject({ chordId: id });
  });

  test('once for each call, and once for all calls of one id', async () => {
    const id = await openChord();
    const join = (more: object) => client().joinChord(id, { messages: [order, another], ...more });
    const ids = async (answer: ReturnType<typeof join>) =>
      (await answer).messages.map((message) => message.id);
    const [one, other] = [await ids(join({})), await ids(join({}))];
    expect(new Set([...one, ...other]).size).toBe(4);
    const named = { id: uuidV7() };
    const first = await ids(join(named));
    expect(await ids(join(named))).toEqual(first);
    // Of the first call's messages the first ones are as they were: it stores nothing.
    expect(await ids(join({ ...named, messages: [order] }))).toEqual(first.slice(0, 1));
    expect(await operations().chord(id)).toMatchObject({ members: 7 });
    for (const messages of [[order, another, order], [another]])
      await expect(join({ ...named, messages })).rejects.toMatchObject({
        ...{ name: 'MillraceProblem', status: 409, kind: 'id-conflict' },
      });
    expect(await operations().chord(id)).toMatchObject({ members: 7 });
  });

  test('not when it was cancelled, nor when there is none', async () => {
    const id = await openChord();
    const named = { id: uuidV7(), messages: [another] };
    const before = await client().joinChord(id, named);
    await operations().cancelChord(id);
    for (const gone of [id, uuidV7()])
      await expect(client().joinChord(gone, { messages: [order] })).rejects.toMatchObject({
        ...{ name: 'MillraceProblem', status: 409, kind: 'chord-ended' },
      });
    expect(await client().joinChord(id, named)).toMatchObject({
      messages: [{ id: before.messages[0]?.id, status: 'cancelled' }],
    });
    await expect(client().joinChord('42', { messages: [order] })).rejects.toMatchObject({
      ...{ status: 404, kind: 'not-found' },
    });
    await expect(client().joinChord(id, { messages: [] })).rejects.toMatchObject({
      ...{ status: 422, kind: 'invalid-message', errors: [{ pointer: '/messages' }] },
    });
  });
});

test('sends an event, of which the first one counts', async () => {
  const { id } = await client().enqueue('order.placed', { orderId: 'A-5' });
  const send = (by: string) => client().sendEvent(id, { name: 'approved', payload: { by } });
  expect(await send('Ada')).toMatchObject({ accepted: true });
  expect(await send('Ada')).toMatchObject({ accepted: true });
  expect(await send('Grace')).toMatchObject({ accepted: false });
  const sent = await client()
    .sendEvent(id, { name: '' })
    .catch((error) => error);
  expect(sent).toMatchObject({ status: 422, errors: [{ pointer: '/name' }] });
});

test('sends the options along', async () => {
  const options = { delaySeconds: 60, priority: 7, groupKey: 'customer/7', headers: { a: 'b' } };
  const { id, status } = await client().enqueue('order.placed', { orderId: 'A-3' }, options);
  expect(status).toBe('scheduled');
  expect(await client().status(id)).toMatchObject({ id, headers: { a: 'b' } });
});

test('a refusal is a problem with its pointers', async () => {
  const wrong = { orderId: 7 } as never;
  const problem = await client()
    .enqueue('order.placed', wrong)
    .catch((error) => error);
  expect(problem).toBeInstanceOf(MillraceProblem);
  expect(problem).toMatchObject({
    name: 'MillraceProblem',
    status: 422,
    kind: 'invalid-message',
    errors: [{ pointer: '/payload/orderId', code: 'invalid_payload' }],
    requestId: expect.any(String),
    message: expect.stringContaining('The message is not valid: /payload/orderId'),
  });
});

test('a key that is unknown is a problem without the key in it', async () => {
  const unknown = keyOf('nobody');
  const problem = await client(unknown)
    .status(crypto.randomUUID())
    .catch((error) => error);
  expect([problem.status, problem.kind]).toEqual([401, 'unauthenticated']);
  expect(`${problem.stack}${JSON.stringify(problem)}`).not.toContain(unknown.slice(3, 20));
});

test('a key that no header can hold is refused without being shown', async () => {
  const answer = createClient({ url: api.url, key: 'mr_secret\nkey' }).status('x');
  await expect(answer).rejects.toThrow(
    new TypeError('The key or token has characters that none has'),
  );
});

test('what is no URL is refused at once', () => {
  expect(() => createClient({ url: 'no url' })).toThrow(TypeError);
  expect(() => createClient({ url: '' })).toThrow(TypeError);
});

test('operators look and act', async () => {
  const { id } = await client().enqueue('order.placed', { orderId: 'A-4' });
  expect(await operations().queue('payments')).toMatchObject({ name: 'payments', paused: false });
  await operations().pauseQueue('payments');
  expect((await operations().queues()).items.map(({ paused }) => paused)).toContain(true);
  await operations().resumeQueue('payments');
  const key = { fairnessKey: 'tenant 7' };
  for (const change of [operations().pauseQueue, operations().resumeQueue])
    await expect(change('payments', key)).rejects.toMatchObject({ status: 422 });
  expect((await operations().pausedKeys('payments', { limit: 1 })).items).toEqual([]);
  expect((await operations().waitingKeys('payments')).items).toEqual([]);
  expect(await operations().cancelMessage(id)).toEqual({ cancelled: ['payments'] });
  expect(await operations().replayMessage(id, { queue: 'payments' })).toEqual({
    queues: ['payments'],
  });
  expect(await operations().message(id)).toMatchObject({ id, status: 'pending' });
});

test('names go into the path as they are', async () => {
  const problem = await operations()
    .queue('a/../b?c=d')
    .catch((error) => error);
  expect([problem.status, problem.kind]).toEqual([404, 'not-found']);
});
