// Claims whose messages come in a row each, beside those that have them in lists.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { settleAndClaim } from '#queue/routines/settle-and-claim.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const setup = (handler: Handler<{ n: number }> = () => {}) =>
  openQueues(defineQueue({ name: 'work', subscriptions: [on(numbered, handler)] }));

const claimOf = (token: string) => ({
  queue: 'work',
  results: [],
  wanted: 30,
  cursor: null,
  budgetMs: 5_000,
  token,
});

test('a claim in rows is that in lists', async () => {
  const { database, enqueue, enqueueNumbers } = await setup();
  // Before parcels, so that both kinds are claimed.
  await enqueue(numbered, { n: -1 }, { headers: { from: 'a "test"' }, groupKey: 'a' });
  await enqueueNumbers(20);
  for (const count of [1, 20]) {
    const claim = claimOf(randomUUID());
    const inRows = await settleAndClaim(database, { ...claim, inRows: true });
    expect(inRows.deliveries).toHaveLength(count);
    const inLists = await settleAndClaim(database, { ...claim, isRepeated: true });
    const waited = inRows.deliveries.map(({ waitedMs }) => waitedMs);
    expect(inLists.deliveries.map((each, n) => ({ ...each, waitedMs: waited[n] }))).toEqual(
      inRows.deliveries,
    );
    expect(inRows.kib).toBe(inLists.kib);
  }
  const nothing = await settleAndClaim(database, { ...claimOf(randomUUID()), inRows: true });
  expect(nothing).toMatchObject({ deliveries: [], hasMore: false });
});

test('a message that has no row is gone', async () => {
  const { database, query, enqueueNumbers } = await setup();
  const ids = await enqueueNumbers(20);
  await query('delete from millrace.message where id = $1', [ids[7]]);
  const { deliveries } = await settleAndClaim(database, { ...claimOf(randomUUID()), inRows: true });
  expect(deliveries.map(({ id }) => id)).toEqual(ids);
  expect(deliveries.filter(({ type }) => type === null)).toMatchObject([{ id: ids[7] }]);
});

test('a drain asks for rows from its first claim on when messages are large', async () => {
  const seen: number[] = [];
  const { database, query, enqueueNumbers, drain, statuses } = await setup(
    ({ payload }) => void seen.push(payload.n),
  );
  await enqueueNumbers(60);
  await query(
    'update millrace.parcel set kibs = array_fill(9::smallint, array[cardinality(kibs)])',
  );
  const counted = countStatements(database);
  expect(await drain({ database: counted })).toMatchObject({ done: 60, stale: 0 });
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  expect(await statuses()).toEqual({ done: 60 });
  const claims = counted.statements.filter(({ text }) => text.includes('settle_and_claim'));
  expect(claims.filter(({ text }) => !text.includes('in_rows'))).toEqual([]);
});
