// A chord and its members are in one of several databases, and whoever has its id finds it there.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { databaseIn, inDatabase } from '#queue/spread/database-in-id.ts';
import { openBookstore } from '#test/support/functions/bookstore.ts';
import { spreadApi } from '#test/support/functions/spread-bookstore.ts';
import { Chords } from '#test/support/sql/chords.ts';

const stores = await Promise.all([openBookstore(), openBookstore()]);
const [store] = stores;
const api = spreadApi(
  store,
  stores.map(({ database }) => database),
);
const order = { type: 'order.placed', payload: { orderId: 'A' } };

const post = (body: object, path = '/v1/chords') => api.call(path, { body });

test.each([0, 1])('a chord is stored in database %i, as its id says', async (number) => {
  const id = inDatabase(uuidV7(), number);
  const { body, status } = await post({ id, messages: [order, order], followedBy: order });
  expect(status).toBe(202);
  expect(body.messages.map((message: { id: string }) => databaseIn(message.id))).toEqual([
    number,
    number,
  ]);
  const joined = await post({ messages: [order] }, `/v1/chords/${id}/messages`);
  expect(joined.body.messages.map(({ id: each }: { id: string }) => databaseIn(each))).toEqual([
    number,
  ]);
  const chord = { id, members: 3, live: 3 };
  expect(await new Chords(stores[number]?.query as never).show(id)).toMatchObject(chord);
  expect((await api.call(`/v1/chords/${id}`)).body).toMatchObject(chord);
  const cancelled = await api.call(`/v1/chords/${id}`, { method: 'DELETE' });
  expect(cancelled.body).toMatchObject({ more: false });
});

test('one that SQL has stored is joined wherever it is', async () => {
  const id = inDatabase(uuidV7(), 0);
  const messages = [{ ...order, id: uuidV7() }];
  await new Chords(stores[1]?.query as never).enqueue({ id, messages, followedBy: order });
  const request = { id: uuidV7(), messages: [order] };
  const join = () => post(request, `/v1/chords/${id}/messages`);
  const joined = await join();
  expect(joined.status).toBe(202);
  expect((await join()).body.messages[0].id).toBe(joined.body.messages[0].id);
  expect((await api.call(`/v1/chords/${id}`)).body).toMatchObject({ members: 2 });
});

test('those that are open are listed from all databases, in one order', async () => {
  const ids = [0, 1, 0, 1].map((number) => inDatabase(uuidV7(), number));
  for (const id of ids) await post({ id, messages: [order], followedBy: order });
  const listed: string[] = [];
  for (let query = 'limit=1'; ; ) {
    const { body } = await api.call('/v1/chords', { query });
    listed.push(...body.items.map(({ id }: { id: string }) => id));
    if (body.nextCursor === null) break;
    query = `limit=1&cursor=${body.nextCursor}`;
  }
  expect(listed).toEqual(listed.toSorted());
  expect(listed).toEqual(expect.arrayContaining(ids));
  expect(new Set(listed).size).toBe(listed.length);
});
