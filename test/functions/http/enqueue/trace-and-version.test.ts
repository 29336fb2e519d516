import { beforeAll, describe, expect, test } from 'vitest';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
});

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const other = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

async function post(body: object, headers = {}) {
  return store.call('/v1/messages', {
    body: { type: 'order.placed', payload: { orderId: 'A' }, ...body },
    headers,
  });
}

async function traceOf(id: string): Promise<string | undefined> {
  const { body } = await store.call(`/v1/messages/${id}`);
  return body.headers.traceparent;
}

describe('a trace', () => {
  test('comes from the header', async () => {
    const { body } = await post({ headers: { a: 'b' } }, { traceparent });
    expect(await traceOf(body.id)).toBe(traceparent);
  });

  test('of a later version is stored in the one that is known', async () => {
    const later = `01${traceparent.slice(2)}-more`;
    const { body } = await post({}, { traceparent: later });
    expect(await traceOf(body.id)).toBe(traceparent);
  });

  test.each([
    'nonsense',
    '',
    traceparent.toUpperCase(),
    `${traceparent},${other}`,
    `${traceparent}-more`,
    `ff${traceparent.slice(2)}`,
    traceparent.replace(/4bf\w+/, '0'.repeat(32)),
  ])('that is invalid is ignored: %s', async (invalid) => {
    const { status, body } = await post({}, { traceparent: invalid });
    expect([status, await traceOf(body.id)]).toEqual([202, undefined]);
  });

  test('of a message of its own comes first', async () => {
    const { body } = await store.call('/v1/messages/batch', {
      body: {
        messages: [{}, { traceparent: other }, { headers: { traceparent: other } }].map((own) => ({
          type: 'order.placed',
          payload: { orderId: 'A' },
          ...own,
        })),
      },
      headers: { traceparent },
    });
    const traces = body.messages.map(({ id }: { id: string }) => traceOf(id));
    expect(await Promise.all(traces)).toEqual([traceparent, other, other]);
  });

  test.each(['nonsense', traceparent.toUpperCase(), `ff${traceparent.slice(2)}`])(
    'in the body is refused when it is invalid: %s',
    async (invalid) => {
      const answer = await post({ traceparent: invalid });
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].pointer).toBe('/traceparent');
    },
  );
});

describe('a payload of a version', () => {
  const move = (more: object) => post({ type: 'order.moved', ...more });
  const versionOf = async (id: string) => {
    const text = 'select version from millrace.message where id = $1';
    const [row] = await store.query<{ version: number }>(text, [id]);
    return row?.version;
  };

  test('is checked in the form that the newest has, and stored as it was sent', async () => {
    const older = await move({ payload: 'Ulm' });
    expect([older.status, await versionOf(older.body.id)]).toEqual([202, 1]);
    expect((await store.call(`/v1/messages/${older.body.id}`)).body.payload).toBe('Ulm');
    const newer = await move({ payload: { place: 'Ulm' }, version: 2 });
    expect([newer.status, await versionOf(newer.body.id)]).toEqual([202, 2]);
  });

  test.each([
    ['without its own form', { payload: 'Ulm', version: 2 }, '/payload'],
    ['as the first, in the form of the second', { payload: { place: 'Ulm' } }, '/payload/place'],
    ['that is not known yet', { payload: {}, version: 3 }, '/version'],
    ['0', { payload: {}, version: 0 }, '/version'],
    ['in words', { payload: {}, version: '2' }, '/version'],
  ])('%s is refused', async (_name, more, pointer) => {
    const answer = await move(more);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer })],
    ]);
  });
});
