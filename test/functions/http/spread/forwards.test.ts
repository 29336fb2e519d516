// What SQL has stored in one of two databases and belongs to the other, as HTTP shows it and acts on it.
import { beforeAll, expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { growingBookstore, order } from '#test/support/functions/growing-bookstore.ts';
import { groupAt, passAnHour } from '#test/support/sql/spread.ts';

const { store, stores, both, migrate, placeInSql, tick, whereIs, statusOf, queuesOf } =
  await growingBookstore();
beforeAll(async () => {
  await migrate(1);
  await migrate(2);
  await passAnHour(stores);
  await migrate(2);
});

/** At home in the second database, where its first message is stored. */
const forward = (options: object = {}) => placeInSql(0, { groupKey: groupAt(0, 1), ...options });

test('is one message, where it waits and where it was sent', async () => {
  const id = await forward();
  const listed = async () => {
    const { items } = (await both.call('/v1/messages', { query: 'limit=200' })).body;
    return items.filter((item: { id: string }) => item.id === id);
  };
  expect([await queuesOf(id), await listed()]).toEqual([
    ['elsewhere: pending'],
    [expect.objectContaining({ id })],
  ]);
  await tick(0);
  expect(await whereIs(id)).toEqual([0, 1]);
  expect([await queuesOf(id), await listed()]).toEqual([
    ['payments: pending'],
    [expect.objectContaining({ status: 'pending' })],
  ]);
  const { body } = await both.call(`/v1/messages/${id}/chain`);
  expect(body.items).toMatchObject([{ id, status: 'pending' }]);
  await tick(1);
  expect(await statusOf(id)).toMatchObject({
    status: 'done',
    deliveries: [{ queue: 'payments' }],
  });
});

test('is waited for from the one to the other', async () => {
  const id = await forward();
  const { revision } = await statusOf(id);
  const wait = (since: string) =>
    both.call(`/v1/messages/${id}`, { query: `wait=20&since=${since}` });
  const sending = wait(revision);
  await tick(0);
  let sent = (await sending).body;
  // It may be seen while it is sent.
  if (sent.deliveries[0].queue === 'elsewhere') sent = (await wait(sent.revision)).body;
  expect(sent).toMatchObject({ status: 'pending', deliveries: [{ queue: 'payments' }] });
  const ending = wait(sent.revision);
  await tick(1);
  // It may be seen while it is handled.
  expect((await ending).body.revision).not.toBe(sent.revision);
  expect((await both.call(`/v1/messages/${id}`, { query: 'wait=20' })).body.status).toBe('done');
});

test('is cancelled while it waits, and then was never sent', async () => {
  const [id, next] = [await forward(), await forward()];
  const cancelled = await both.call(`/v1/messages/${id}`, { method: 'DELETE' });
  expect(cancelled.body).toEqual({ cancelled: ['elsewhere'] });
  await tick(0);
  expect([await whereIs(id), await whereIs(next)]).toEqual([[0], [0, 1]]);
  expect(await queuesOf(id)).toEqual(['elsewhere: cancelled']);
  expect(await store.query('select from millrace.forward where message_id = $1', [id])).toEqual([]);
  const gone = await both.call(`/v1/messages/${next}`, { method: 'DELETE' });
  expect(gone.body).toEqual({ cancelled: ['payments'] });
  expect(await queuesOf(next)).toEqual(['payments: cancelled']);
});

test('is not delivered here as well when it is to be delivered again', async () => {
  const id = await forward();
  const replay = () => both.call(`/v1/messages/${id}/replay`, { method: 'POST' });
  expect((await replay()).body).toEqual({ queues: [] });
  for (const number of [0, 1] as const) await tick(number);
  expect((await replay()).body).toEqual({ queues: ['payments'] });
  expect(await queuesOf(id)).toEqual(['payments: pending']);
  await tick(1);
});

test('nothing else is delivered again to where it waits', async () => {
  const id = await placeInSql(0, { groupKey: groupAt(0, 0) });
  const path = `/v1/messages/${id}/replay`;
  expect((await both.call(path, { body: { queue: 'elsewhere' } })).status).toBe(404);
  const inSql = store.query(`select millrace.replay($1, 'elsewhere')`, [id]);
  await expect(inSql).rejects.toThrow(/nothing is replayed to the queue "elsewhere"/);
});

test.each([
  ['redriven', '/v1/dead-letters/redrive', { redriven: 1 }],
  ['replayed', '', { queues: ['elsewhere'] }],
])(
  'is dead where it was taken when it is refused, and is sent once it is %s',
  async (_, path, answer) => {
    const id = await forward({ payload: { orderId: 'mine' } });
    const other = { ...order({ payload: { orderId: 'other' } }), id };
    await enqueueMessages(stores[1].database, [other]);
    expect(await tick(0)).toMatchObject({ dead: 1 });
    const { items } = (await both.call('/v1/dead-letters')).body;
    expect(items).toMatchObject([{ messageId: id, queue: 'elsewhere' }]);
    await stores[1].query('delete from millrace.parcel');
    await stores[1].query('delete from millrace.delivery');
    await stores[1].query('delete from millrace.message where id = $1', [id]);
    expect(await queuesOf(id)).toEqual(['elsewhere: dead']);
    const again = path
      ? await both.call(path, { body: { ids: [id] } })
      : await both.call(`/v1/messages/${id}/replay`, { method: 'POST' });
    expect(again.body).toMatchObject(answer);
    await tick(0);
    expect(await queuesOf(id)).toEqual(['payments: pending']);
    const before = store.paid.length;
    await tick(1);
    expect(store.paid.slice(before)).toEqual(['mine']);
  },
);
