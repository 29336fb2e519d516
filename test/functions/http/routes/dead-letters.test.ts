import { beforeAll, describe, expect, test } from 'vitest';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
  store.isDeclining = true;
  await store.placeOrders(7);
  await store.drain();
  // One instant for all but two, so that paging cannot go by it alone.
  await store.query(`
    update millrace.dead_letter set died_at = '2026-01-01T00:00:00.123456Z'
    where message_id in (select message_id from millrace.dead_letter order by 1 limit 5)`);
});

const list = async (query = '') => (await store.call('/v1/dead-letters', { query })).body;
const redrive = (body: unknown) => store.call('/v1/dead-letters/redrive', { body });

interface Page {
  readonly items: { readonly messageId: string; readonly diedAt: string }[];
  readonly nextCursor: string | null;
}

test('pages give every letter once, newest first', async () => {
  const seen: string[] = [];
  let page: Page = await list('limit=2');
  for (; page.nextCursor; page = await list(`limit=2&cursor=${page.nextCursor}`)) {
    expect(page.items).toHaveLength(2);
    expect(page.nextCursor).toMatch(/^[\w-]+$/);
    seen.push(...page.items.map(({ messageId }) => messageId));
  }
  seen.push(...page.items.map(({ messageId }) => messageId));
  const whole: Page = await list();
  expect(seen).toEqual(whole.items.map(({ messageId }) => messageId));
  expect(new Set(seen).size).toBe(7);
  const times = whole.items.map(({ diedAt }) => diedAt);
  expect(times).toEqual(times.toSorted().reverse());
});

test.each([
  ['queue=payments', 7],
  ['queue=narrow', 0],
  ['queue=nowhere', 0],
  ['type=order.placed', 7],
  ['type=order.eaten', 0],
  ['before=2026-02-01T00:00Z', 5],
  ['after=2026-02-01T00:00:00%2B01:00', 2],
  ['after=2026-01-01T00:00:00.123456Z&before=2026-01-01T00:00:00.123457Z', 5],
  ['error=CARD%20of%20A-3', 1],
  ['error=%25', 0],
])('the filter %s finds %i', async (query, count) => {
  expect((await list(query)).items).toHaveLength(count);
});

describe('a query that is not in order is refused with 400 and the parameter', () => {
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const end = { diedAt: '2026-01-01T00:00:00Z', messageId: 'x', queueId: 1 };
  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=%205', 'limit'],
    ['limit=5&limit=5', 'limit'],
    ['queue=a&queue=b', 'queue'],
    ['before=yesterday', 'before'],
    ['before=2026-02-30T00:00:00Z', 'before'],
    ['before=0000-01-01T00:00:00Z', 'before'],
    ['after=2026-01-01T00:00:00%2B23:59', 'after'],
    ['queue=', 'queue'],
    ['queue=%00', 'queue'],
    [`error=${'x'.repeat(201)}`, 'error'],
    ['cursor=', 'cursor'],
    ['cursor=42', 'cursor'],
    [`cursor=${forged(null)}`, 'cursor'],
    [`cursor=${forged(end)}`, 'cursor'],
    [`cursor=${forged({ ...end, diedAt: 'infinity' })}`, 'cursor'],
    ['queu=payments', 'queu'],
    ['ids=1', 'ids'],
  ])('%s', async (query, parameter) => {
    const answer = await store.call('/v1/dead-letters', { query });
    expect([answer.status, answer.body.type]).toEqual([
      400,
      'urn:millrace:problem:invalid-parameter',
    ]);
    expect(answer.body.errors).toEqual([expect.objectContaining({ parameter })]);
    expect(answer.body.detail).toContain(`${parameter}: `);
  });
});

describe('a body that is not in order is refused with 422 and a pointer', () => {
  test.each([
    ['nothing chosen', {}, ''],
    ['only a limit', { limit: 10 }, ''],
    ['no ids', { ids: [] }, '/ids'],
    ['an id that is none', { ids: ['42'] }, '/ids/0'],
    ['too many ids', { ids: Array(1_001).fill('0'.repeat(8)) }, '/ids'],
    ['an unknown field', { all: true }, '/all'],
    ['an unknown filter', { filter: { queu: 'payments' } }, '/filter/queu'],
    ['a filter that is no object', { filter: 'all' }, '/filter'],
    ['a day that does not exist', { filter: { before: '2026-02-30T00:00:00Z' } }, '/filter/before'],
    ['limit 0', { filter: {}, limit: 0 }, '/limit'],
    ['limit 10001', { filter: {}, limit: 10_001 }, '/limit'],
    ['a dry run in words', { filter: {}, dryRun: 'yes' }, '/dryRun'],
    ['a list', [], ''],
    ['a value that cannot be stored', '{"filter":{"error":"\\u0000"}}', '/filter/error'],
  ])('%s', async (_name, body, pointer) => {
    const answer = await redrive(body);
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:millrace:problem:invalid-body']);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  test.each([
    ['no body', { method: 'POST' }, 400],
    ['half a body', { body: '{"filter":' }, 400],
    ['another type', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
  ])('%s', async (_name, call, status) => {
    expect((await store.call('/v1/dead-letters/redrive', call)).status).toBe(status);
  });

  test('nothing is redriven', async () => {
    expect(await list()).toMatchObject({ items: { length: 7 } });
    expect(await store.audit()).toEqual([]);
  });
});
