// One message over SQL, where messages are spread over several databases.
import { expect, test } from 'vitest';
import { enqueueOverSql } from '#cli/reach/enqueue-over-sql.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { databaseIn, inDatabase } from '#queue/spread/database-in-id.ts';
import { createApiDatabase } from '#test/support/functions/api.ts';
import { Chords } from '#test/support/sql/chords.ts';

const stores = await Promise.all([createApiDatabase(), createApiDatabase()]);
const [first, second] = stores;
const databases = stores.map(({ database }) => database);
const order = { type: 'order.placed', payload: { orderId: 'A-1' } };

test.each([
  ['where its id says', first, 0],
  ['in another database than its id says, as SQL may store it', second, 1],
])('a chord is joined %s', async (_, { query }, number) => {
  const chords = new Chords(query);
  const id = inDatabase(uuidV7(), 0);
  await chords.enqueue({ id, messages: [{ ...order, id: uuidV7() }], followedBy: order });
  const joined = await enqueueOverSql(databases, { ...order, chordId: id });
  expect([joined.status, databaseIn(joined.id)]).toEqual(['pending', number]);
  expect(await chords.show(id)).toMatchObject({ members: 2 });
});

test('one that none of them has is joined in none', async () => {
  const joining = enqueueOverSql(databases, { ...order, chordId: uuidV7() });
  await expect(joining).rejects.toMatchObject({ name: 'EnqueueRefused', code: 'chord_ended' });
});
