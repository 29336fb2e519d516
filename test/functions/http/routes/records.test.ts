// What drains and operators did, page by page.
import { beforeEach, expect, test } from 'vitest';
import { bearer, keyOf, putApiKey } from '#test/support/functions/api.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

let store: Bookstore;
beforeEach(async () => {
  store = await openBookstore();
});

/** All items, asked for so many at a time. */
async function pagesOf(path: string, query: string) {
  const pages: unknown[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const asked = cursor === '' ? query : `${query}&cursor=${cursor}`;
    const { status, body } = await store.call(path, { query: asked });
    expect([status, body.items]).toEqual([200, expect.any(Array)]);
    pages.push(body.items);
    cursor = body.nextCursor;
  }
  return pages;
}

const counts = (claimed: number) => ({
  claimed,
  done: claimed,
  retried: 0,
  snoozed: 0,
  dead: 0,
  released: 0,
  stale: 0,
});

const record = (...queues: object[]) =>
  store.query('select millrace.record_drain($1)', [JSON.stringify(queues)]);

test('lists drains with their queues, newest first, each once', async () => {
  for (let n = 1; n <= 5; n += 1)
    await record(
      { queue: 'payments', ...counts(n), runMs: 10 * n },
      { queue: 'narrow', ...counts(100 + n) },
    );
  const pages = await pagesOf('/v1/drains', 'limit=2');
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
  const drains = pages.flat();
  expect(drains[0]).toEqual({
    endedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/),
    queues: [
      { queue: 'narrow', ...counts(105), runMs: null },
      { queue: 'payments', ...counts(5), runMs: 50 },
    ],
  });
  const claimed = (drain: unknown) =>
    (drain as { queues: { claimed: number }[] }).queues.map((queue) => queue.claimed);
  expect(drains.map(claimed)).toEqual([5, 4, 3, 2, 1].map((n) => [100 + n, n]));
});

test('lists what drains did in one queue', async () => {
  await record({ queue: 'payments', ...counts(1) });
  await record({ queue: 'narrow', ...counts(2) });
  await record({ queue: 'payments', ...counts(3) }, { queue: 'narrow', ...counts(4) });
  const [drains = []] = await pagesOf('/v1/drains', 'queue=payments');
  expect(drains).toMatchObject([{ queues: [counts(3)] }, { queues: [counts(1)] }]);
  expect(await pagesOf('/v1/drains', 'queue=nowhere')).toEqual([[]]);
});

test('a drain by the engine is there', async () => {
  await store.placeOrders(3);
  await store.drain();
  const [[drain]] = (await pagesOf('/v1/drains', 'limit=200')) as [[{ queues: object[] }]];
  expect(drain.queues).toMatchObject([{ queue: 'payments', claimed: 3, done: 3 }]);
});

test('lists what operators did, by actor and action', async () => {
  await store.call('/v1/queues/payments/pause', { method: 'POST' });
  await store.query(`select millrace.pause('narrow', actor => 'ada')`);
  await store.call('/v1/queues/payments/resume', { method: 'POST' });
  const lines = (await pagesOf('/v1/audit', 'limit=2')).flat();
  expect(lines).toMatchObject([
    { actor: 'shop', action: 'resume', target: { queue: 'payments' }, affected: 1 },
    { actor: 'ada', action: 'pause', target: { queue: 'narrow' }, affected: 1 },
    { actor: 'shop', action: 'pause', target: { queue: 'payments' }, affected: 1 },
  ]);
  expect(await pagesOf('/v1/audit', 'actor=ada')).toEqual([[lines[1]]]);
  expect(await pagesOf('/v1/audit', 'actor=shop&action=pause')).toEqual([[lines[2]]]);
});

test('looks at ten thousand lines a call, and finds what lies behind them', async () => {
  const write = (actor: string, lines: number) =>
    store.query(
      `insert into millrace.audit (actor, action, target, affected)
       select $1, 'pause', '{}', 1 from generate_series(1, $2)`,
      [actor, lines],
    );
  await write('ada', 1);
  await write('others', 20_000);
  const pages = await pagesOf('/v1/audit', 'actor=ada');
  expect(pages.map((page) => page.length)).toEqual([0, 0, 1]);
});

test('refuses a cursor that no page has given', async () => {
  for (const path of ['/v1/drains', '/v1/audit'])
    for (const cursor of ['', 'x', Buffer.from('infinity').toString('base64url')]) {
      const { status, body } = await store.call(path, { query: `cursor=${cursor}` });
      expect([status, body.errors]).toMatchObject([400, [{ parameter: 'cursor' }]]);
    }
});

test('drains are for readers, the audit table for operators alone', async () => {
  await putApiKey(store, 'reader', keyOf('reads'), ['read']);
  const statusOf = async (path: string) =>
    (await store.call(path, { headers: bearer(keyOf('reads')) })).status;
  expect([await statusOf('/v1/drains'), await statusOf('/v1/audit')]).toEqual([200, 403]);
});
