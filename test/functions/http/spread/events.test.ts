// Events to messages that are spread over several databases.
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { bearer, openApi } from '#test/support/functions/api.ts';
import { openBookstore } from '#test/support/functions/bookstore.ts';
import { putOrders, refused, spreadApi } from '#test/support/functions/spread-bookstore.ts';
import { awaitEvent } from '#test/support/sql/await-event.ts';

const stores = await Promise.all([openBookstore(), openBookstore()]);
const databases = stores.map(({ database }) => database);
const both = spreadApi(stores[0], databases);
/** As both, with a third database that is away. */
const partly = spreadApi(stores[0], [...databases, refused()]);

const send = (api: Pick<typeof both, 'call'>, id: string) =>
  api.call(`/v1/messages/${id}/events`, { body: { name: 'approved' } });

test('an event goes to the message wherever it is, and to none while nobody can say where', async () => {
  const [id = ''] = await putOrders(stores[1].database, 1, 1);
  const [stranger = ''] = await putOrders(stores[0].database, 200, 1);
  for (const each of [id, stranger])
    expect((await send(partly, each)).body).toMatchObject({ accepted: true });
  const found = await Promise.all(
    stores.map(({ query }) => query('select message_id from millrace.event')),
  );
  expect(found).toEqual([[{ message_id: stranger }], [{ message_id: id }]]);
  const nowhere = inDatabase(uuidV7(), 0);
  expect((await send(partly, nowhere)).status).toBe(503);
  expect((await send(both, nowhere)).status).toBe(404);
});

test('an event wakes the consumer of that database', async () => {
  const [id = ''] = await putOrders(stores[1].database, 1, 1);
  await awaitEvent(stores[1], id, { queue: 'payments', event: 'approved' });
  const woken: unknown[] = [];
  const waking = openApi({
    ...{ databases, registry: stores[0].registry },
    wakeUps: {
      ...{ sleeps: true, isEager: true, enqueue: () => Promise.reject(new Error('not asked')) },
      invoke: async (number) => void woken.push(['invoked', number]),
      arm: async (_, number) => void woken.push(['armed', number]),
    },
  });
  const path = `/v1/messages/${id}/events`;
  const sent = await waking.call({ path, headers: bearer(), body: { name: 'approved' } });
  expect(sent.status).toBe(200);
  expect(woken).toEqual([
    ['invoked', 1],
    ['armed', 1],
  ]);
});
