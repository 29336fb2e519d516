// Errors as answers show them: all that was recorded, whoever has recorded it, and stacks to operators alone.
import { beforeAll, expect, test } from 'vitest';
import { type ErrorRecord, errorRecord } from '#queue/routines/error-record.ts';
import { bearer, keyOf, putApiKey } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
  await putApiKey(store, 'reader', keyOf('reads'), ['read']);
  store.isDeclining = true;
  await store.placeOrders(1);
  await store.drain();
});

const headers = bearer(keyOf('reads'));

const refused = Object.assign(new Error('refused', { cause: 'no route' }), {
  code: 'ECONNREFUSED',
});
const several = Object.assign(new AggregateError([refused, 'text']), { code: 61 });

const asShown = {
  name: 'Error',
  message: 'outer',
  cause: {
    name: 'AggregateError',
    message: '',
    code: 61,
    errors: [
      {
        name: 'Error',
        message: 'refused',
        code: 'ECONNREFUSED',
        cause: { name: 'NonError', message: 'no route' },
      },
      { name: 'NonError', message: 'text' },
    ],
  },
};

test.each<[string, ErrorRecord | unknown, unknown]>([
  [
    'an error with its causes, codes and parts',
    errorRecord(new Error('outer', { cause: several })),
    asShown,
  ],
  [
    'what another consumer has recorded',
    { message: 'late' },
    { name: 'NonError', message: 'late' },
  ],
  ['a text', 'late', { name: 'NonError', message: '"late"' }],
  ['a number', 5, { name: 'NonError', message: '5' }],
  ['a list', ['late'], { name: 'NonError', message: '["late"]' }],
  [
    'members of other kinds',
    { name: 7, message: {}, code: [], cause: 'x', errors: 'y' },
    {
      name: 'NonError',
      message: expect.stringMatching(/^\{/),
      cause: { name: 'NonError', message: '"x"' },
    },
  ],
])('shows %s', async (_, error, shown) => {
  await store.query('update millrace.dead_letter set error = $1', [JSON.stringify(error)]);
  await store.query('update millrace.attempt set error = $1', [JSON.stringify(error)]);
  const { body: letters } = await store.call('/v1/dead-letters', { headers });
  expect(letters.items).toMatchObject([{ error: shown }]);
  expect(letters.items[0].error).toEqual(shown);
  const { body: message } = await store.call(`/v1/messages/${letters.items[0].messageId}`, {
    headers,
  });
  const attempts = message.deliveries.flatMap((each: { attempts: unknown[] }) => each.attempts);
  expect(attempts).toContainEqual(expect.objectContaining({ error: shown }));
});

test('shows operators the stacks of an error, of its causes and of its parts', async () => {
  const recorded = errorRecord(new Error('outer', { cause: several }));
  await store.query('update millrace.dead_letter set error = $1', [JSON.stringify(recorded)]);
  const { body: letters } = await store.call('/v1/dead-letters');
  expect(letters.items[0].error).toEqual(recorded);
  const { body: groups } = await store.call('/v1/dead-letters/groups');
  expect(groups).toMatchObject({ items: [{ error: recorded, count: 1 }], counted: 1, more: false });
  await store.query(`update millrace.dead_letter set error = '{"message": "late", "stack": 5}'`);
  const { body: odd } = await store.call('/v1/dead-letters');
  expect(odd.items[0].error).toEqual({ name: 'NonError', message: 'late' });
});
