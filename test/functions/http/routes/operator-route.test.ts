// What operators do over HTTP, from the order to the settled row.
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
beforeEach(async () => {
  store = await openBookstore();
});

const redrive = '/v1/dead-letters/redrive';

async function statusOf(id: string | undefined): Promise<string> {
  return (await store.call(`/v1/messages/${id}`)).body.status;
}

async function depth(): Promise<Record<string, number>> {
  return (await store.call('/v1/queues/payments')).body.depth;
}

test('orders go dead, are looked at, redriven and done', async () => {
  store.isDeclining = true;
  const ids = await store.placeOrders(3);
  await store.drain();
  expect(await depth()).toMatchObject({ pending: 0, dead: 3 });

  const { status, body } = await store.call('/v1/dead-letters');
  expect(status).toBe(200);
  expect(body.nextCursor).toBeNull();
  expect(body.items.map(({ messageId }: { messageId: string }) => messageId).toSorted()).toEqual(
    ids.toSorted(),
  );
  expect(body.items.at(-1)).toEqual({
    messageId: expect.any(String),
    queue: 'payments',
    type: 'order.placed',
    // The caller may operate, and is shown where it was thrown.
    error: {
      name: expect.any(String),
      message: expect.stringMatching(/A-\d was declined/),
      stack: expect.stringContaining('bookstore.ts'),
    },
    attempts: 1,
    diedAt: expect.any(String),
    fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
  });

  store.isDeclining = false;
  const dry = await store.call(redrive, { body: { filter: {}, dryRun: true } });
  expect(dry).toMatchObject({ status: 200, body: { matched: 3, redriven: 0, more: false } });
  expect(await statusOf(ids[0])).toBe('dead');
  const one = await store.call(redrive, { body: { ids: [ids[0]?.toUpperCase()] } });
  expect(one.body).toMatchObject({ matched: 1, redriven: 1, more: false });
  const rest = await store.call(redrive, { body: { filter: { error: 'DECLINED' } } });
  expect(rest.body).toMatchObject({ matched: 2, redriven: 2, more: false });
  await store.drain();
  expect(store.paid.toSorted()).toEqual(['A-0', 'A-1', 'A-2']);
  expect(await statusOf(ids[2])).toBe('done');
  expect(await store.audit()).toEqual([
    { actor: 'shop', action: 'redrive', target: { ids: [ids[0]] }, affected: 1 },
    { actor: 'shop', action: 'redrive', target: { error: 'DECLINED' }, affected: 2 },
  ]);
});

test('dead letters are discarded, up to a limit', async () => {
  store.isDeclining = true;
  await store.placeOrders(3);
  await store.drain();
  const discard = (body: object) => store.call('/v1/dead-letters', { method: 'DELETE', body });
  expect((await discard({ filter: {}, limit: 2, dryRun: true })).body).toMatchObject({
    matched: 2,
    discarded: 0,
    more: true,
  });
  expect((await discard({ filter: { queue: 'narrow' } })).body.matched).toBe(0);
  expect((await discard({ filter: {}, limit: 2 })).body).toMatchObject({
    matched: 2,
    discarded: 2,
    more: true,
  });
  expect((await store.call('/v1/dead-letters')).body.items).toHaveLength(1);
  expect((await store.audit()).at(-1)).toMatchObject({ action: 'discard', affected: 2 });
});

test('a paused queue keeps its messages until it is resumed', async () => {
  const paused = await store.call('/v1/queues/payments/pause', { method: 'POST' });
  expect([paused.status, paused.body]).toEqual([200, { name: 'payments', paused: true }]);
  await store.placeOrders(2);
  await store.drain();
  const { body } = await store.call('/v1/queues/payments');
  expect(body).toMatchObject({ paused: true, depth: { pending: 2 }, capped: [] });
  const resumed = await store.call('/v1/queues/payments/resume', { method: 'POST' });
  expect(resumed.body).toEqual({ name: 'payments', paused: false });
  await store.drain();
  expect(store.paid).toHaveLength(2);
  const { items } = (await store.call('/v1/queues')).body;
  expect(items.map(({ name }: { name: string }) => name)).toEqual(['narrow', 'payments']);
  expect(items[1].perMinute.done).toBeGreaterThan(0);
  expect(await store.audit()).toEqual([
    { actor: 'shop', action: 'pause', target: { queue: 'payments' }, affected: 1 },
    { actor: 'shop', action: 'resume', target: { queue: 'payments' }, affected: 1 },
  ]);
});

test('a fairness key of a fair queue is paused alone, and listed until it is resumed', async () => {
  const path = '/v1/queues/payments';
  const pause = (body?: object) => store.call(`${path}/pause`, { method: 'POST', body });
  const refused = await pause({ fairnessKey: 'noisy' });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [{ pointer: '/fairnessKey', code: 'invalid_field', detail: 'expected a queue that is fair' }],
  ]);
  await store.query(`update millrace.queue set is_fair = true where name = 'payments'`);
  const long = await pause({ fairnessKey: 'x'.repeat(201) });
  expect([long.status, long.body.errors[0].pointer]).toEqual([422, '/fairnessKey']);
  const paused = await pause({ fairnessKey: 'noisy' });
  expect(paused.body).toEqual({ name: 'payments', fairnessKey: 'noisy', paused: true });
  expect((await store.call(path)).body.paused).toBe(false);

  await store.placeOrders(1, { fairnessKey: 'noisy' });
  await store.placeOrders(2, { fairnessKey: 'quiet' });
  expect((await store.call(`${path}/waiting-keys`)).body).toEqual({
    items: [
      { fairnessKey: 'quiet', waiting: 2 },
      { fairnessKey: 'noisy', waiting: 1 },
    ],
  });
  await store.drain();
  expect(store.paid).toHaveLength(2);
  expect((await store.call(`${path}/paused-keys`)).body).toEqual({
    items: [{ fairnessKey: 'noisy', pausedAt: expect.any(String) }],
    nextCursor: null,
  });

  const resumed = await store.call(`${path}/resume`, { body: { fairnessKey: 'noisy' } });
  expect(resumed.body).toEqual({ name: 'payments', fairnessKey: 'noisy', paused: false });
  await store.drain();
  expect(store.paid).toHaveLength(3);
  for (const list of ['paused-keys', 'waiting-keys']) {
    expect((await store.call(`${path}/${list}`)).body.items).toEqual([]);
    expect((await store.call(`/v1/queues/nowhere/${list}`)).status).toBe(404);
  }
  const target = { queue: 'payments', fairnessKey: 'noisy' };
  expect(await store.audit()).toEqual([
    { actor: 'shop', action: 'pause_key', target, affected: 1 },
    { actor: 'shop', action: 'resume_key', target, affected: 1 },
  ]);
  expect(JSON.stringify(store.api.log)).not.toContain('noisy');
});

test('a message is cancelled, then replayed and done', async () => {
  const [id = ''] = await store.placeOrders(1);
  const path = `/v1/messages/${id}`;
  const cancelled = await store.call(path, { method: 'DELETE' });
  expect([cancelled.status, cancelled.body]).toEqual([200, { cancelled: ['payments'] }]);
  expect(await statusOf(id)).toBe('cancelled');
  expect((await store.call(path, { method: 'DELETE' })).body).toEqual({ cancelled: [] });
  await store.drain();
  expect(store.paid).toEqual([]);

  const replayed = await store.call(`${path}/replay`, { method: 'POST' });
  expect([replayed.status, replayed.body]).toEqual([202, { queues: ['payments'] }]);
  const again = await store.call(`${path}/replay`, { body: { queue: 'payments' } });
  expect([again.status, again.body]).toEqual([202, { queues: [] }]);
  await store.drain();
  expect([store.paid, await statusOf(id)]).toEqual([['A-0'], 'done']);
  expect((await store.audit()).map(({ action, affected }) => [action, affected])).toEqual([
    ['cancel', 1],
    ['cancel', 0],
    ['replay', 1],
    ['replay', 0],
  ]);
});

test('an event is kept with its message, the first of its name', async () => {
  const [id] = await store.placeOrders(1);
  const send = (body: object) => store.call(`/v1/messages/${id}/events`, { body });
  const first = await send({ name: 'approved', payload: { by: 'ann' } });
  expect([first.status, first.body]).toEqual([200, { accepted: true, sentAt: expect.any(String) }]);
  expect((await send({ name: 'approved', payload: { by: 'ann' } })).body).toEqual(first.body);
  expect((await send({ name: 'approved' })).body).toEqual({ ...first.body, accepted: false });
  const large = await send({ name: 'approved', payload: 'x'.repeat(16_383) });
  expect([large.status, large.body.errors[0].pointer]).toEqual([422, '/payload']);
  expect((await send({ name: '' })).body.errors[0].pointer).toBe('/name');
  expect((await store.audit()).map(({ action, affected }) => [action, affected])).toEqual([
    ['send-event', 0],
  ]);
});

test('a queue is purged, piece by piece, once its name is repeated', async () => {
  await store.placeOrders(3);
  const purge = (body: object) => store.call('/v1/queues/payments/purge', { body });
  const refused = await purge({ confirm: 'narrow' });
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/confirm']);
  expect((await purge({ confirm: 'payments', limit: 2 })).body).toMatchObject({
    cancelled: 2,
    more: true,
  });
  expect((await purge({ confirm: 'payments' })).body).toEqual({ cancelled: 1, more: false });
  expect(await depth()).toMatchObject({ pending: 0 });
});

test('groups that wait are listed, page by page, with what they wait for', async () => {
  for (const groupKey of ['a', 'b', 'c&=d'])
    await store.placeOrders(3, { groupKey, delaySeconds: 60 });
  const path = '/v1/queues/payments/blocked-groups';
  const first = await store.call(path, { query: 'limit=2' });
  expect(first.body).toEqual({
    items: ['a', 'b'].map((groupKey) => ({
      groupKey,
      waiting: 2,
      messageId: expect.any(String),
      status: 'scheduled',
      availableAt: expect.any(String),
      attempt: 0,
    })),
    nextCursor: 'b',
  });
  const second = await store.call(path, { query: `limit=2&cursor=${first.body.nextCursor}` });
  expect(second.body).toMatchObject({ items: [{ groupKey: 'c&=d' }], nextCursor: null });
  expect((await store.call('/v1/queues/narrow/blocked-groups')).body.items).toEqual([]);
});

test.each([
  ['GET', '/v1/queues/nowhere'],
  ['GET', '/v1/queues/nowhere/blocked-groups'],
  ['POST', '/v1/queues/nowhere/pause'],
  ['POST', '/v1/queues/nowhere/resume'],
  ['POST', '/v1/queues/%00/resume'],
  ['POST', '/v1/queues/nowhere/purge', { confirm: 'nowhere' }],
  ['DELETE', `/v1/messages/${randomUUID()}`],
  ['DELETE', '/v1/messages/42'],
  ['POST', `/v1/messages/${randomUUID()}/replay`],
  ['POST', `/v1/messages/${randomUUID()}/events`, { name: 'approved' }],
])('%s %s answers 404', async (method, path, body?: object) => {
  const answer = await store.call(path, { method, ...(body && { body }) });
  expect(answer.status).toBe(404);
  expect(answer.body.type).toBe('urn:millrace:problem:not-found');
});

test('a replay into a queue that does not exist answers 404 and says so', async () => {
  const [id] = await store.placeOrders(1);
  const answer = await store.call(`/v1/messages/${id}/replay`, { body: { queue: 'nowhere' } });
  expect([answer.status, answer.body.detail]).toEqual([404, 'No queue has this name.']);
});
