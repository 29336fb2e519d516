// Each of several databases numbers its queues by itself. What is answered and asked for over all goes by their names.
import { beforeAll, expect, test } from 'vitest';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase } from '#test/support/database.ts';
import { openBookstore } from '#test/support/functions/bookstore.ts';
import { putOrders, spreadApi } from '#test/support/functions/spread-bookstore.ts';

const [store, second] = await Promise.all([openBookstore(), createDatabase()]);
const both = spreadApi(store, [store.database, second.database]);
const payments = `select id from millrace.queue where name = 'payments'`;

beforeAll(async () => {
  // It has had another queue before.
  const older = defineRegistry({ queues: [defineQueue({ name: 'older', subscriptions: [] })] });
  await syncRegistry(second.database, older);
  await syncRegistry(second.database, store.registry);
  expect(await second.query(payments)).not.toEqual(await store.query(payments));
  for (const [number, { database, query }] of [store, second].entries()) {
    await putOrders(database, number, 2);
    await query('select millrace.part(array(select p.ctid from millrace.parcel p))');
    await query(
      `with gone as (delete from millrace.delivery returning *)
       insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
       select message_id, queue_id, sequence, priority, 1, 'order.placed', '{"name": "Declined", "message": "card 7"}'
       from gone`,
    );
  }
});

test('letters that died of the same are one group, which a filter reaches in all databases', async () => {
  const { items } = (await both.call('/v1/dead-letters/groups')).body;
  expect(items).toMatchObject([{ queue: 'payments', count: 4 }]);
  const [{ fingerprint }] = items;
  const letters = await both.pagesOf('/v1/dead-letters', `fingerprint=${fingerprint}&limit=1`);
  expect(letters.map((letter) => letter.fingerprint)).toEqual(Array(4).fill(fingerprint));
  expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(4);
  const body = { filter: { fingerprint }, limit: 3 };
  const first = await both.call('/v1/dead-letters/redrive', { body });
  expect(first.body).toMatchObject({ redriven: 3, more: true });
  const rest = { ...body, cursor: first.body.nextCursor };
  const { body: last } = await both.call('/v1/dead-letters/redrive', { body: rest });
  expect(last).toMatchObject({ redriven: 1, more: false });
});
