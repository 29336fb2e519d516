// Which results go to the database together: no handler and no database takes part.
import { expect, test } from 'vitest';
import { FinishedResults } from '#queue/drain/finished-results.ts';
import type { Handled } from '#queue/handle/handle.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { moveClock } from '#test/support/functions/clock.ts';

/** Deliveries of one claim, whose token is that of all of them. */
const claimed = (...ids: readonly string[]): ClaimedDelivery[] =>
  ids.map((id) => ({
    id,
    type: 'test.numbered',
    version: 1,
    payload: {},
    headers: null,
    createdAt: '2026-01-01T00:00:00Z',
    attempt: 1,
    groupKey: null,
    waitedMs: 0,
    token: ids.join(),
  }));

const done = ({ id, token }: ClaimedDelivery): Handled => ({ id, token, outcome: 'done', ms: 1 });

/** Results of which a claim has brought forth those with the given ids, in their order. */
function setup(...claims: readonly (readonly string[])[]) {
  const results = new FinishedResults();
  const deliveries = claims.flatMap((ids) => claimed(...ids));
  const those = (ids: readonly string[]) =>
    ids.flatMap((id) => deliveries.filter((each) => each.id === id));
  results.expect(deliveries);
  return {
    results,
    // Plain: results that are not as they should be cannot be shown, since their fields are private.
    counts: () => ({ ready: results.ready, heldBack: results.heldBack }),
    finish(...ids: readonly string[]) {
      for (const each of those(ids)) results.add([each], [done(each)]);
    },
    lose: (...ids: readonly string[]) => results.add(those(ids), []),
    take: () => results.take().map((each) => ('id' in each ? each.id : 'settled')),
  };
}

test('a claim is taken when it is whole, in its own order, and others meanwhile', () => {
  const { counts, finish, take } = setup(['a', 'b', 'c'], ['d']);
  finish('c', 'a', 'd');
  expect(counts()).toEqual({ ready: 1, heldBack: 2 });
  expect(take()).toEqual(['d']);
  finish('b');
  expect(counts()).toEqual({ ready: 3, heldBack: 0 });
  expect(take()).toEqual(['a', 'b', 'c']);
  expect(take()).toEqual([]);
});

test('what waits for the rest of its claim is taken after a quarter of a second, and the rest as it comes', () => {
  const clock = moveClock();
  const { finish, take } = setup(['a', 'b', 'c']);
  finish('b');
  for (let passedMs = 0; passedMs < 240; passedMs += 80) {
    clock.forward(80);
    expect(take()).toEqual([]);
  }
  clock.forward(10);
  expect(take()).toEqual(['b']);
  finish('c');
  expect(take()).toEqual(['c']);
});

test('a call that comes after a quarter of a second takes all there is', () => {
  const clock = moveClock();
  const { finish, take } = setup(['a', 'b']);
  clock.forward(250);
  finish('a');
  expect(take()).toEqual(['a']);
});

test('nothing waits for what is lost', () => {
  const { finish, lose, take } = setup(['a', 'b', 'c']);
  finish('a');
  lose('b', 'c');
  expect(take()).toEqual(['a']);
});

test('nothing waits once the claims are closed', () => {
  const { results, counts, finish, take } = setup(['a', 'b', 'c']);
  finish('a');
  results.closeAll();
  finish('b');
  expect(take()).toEqual(['a', 'b']);
  expect(counts()).toMatchObject({ heldBack: 0 });
});

test('what a transaction has settled waits for nothing, and is not waited for', () => {
  const { results, finish, take } = setup(['a', 'b']);
  results.add(claimed('a', 'b').slice(0, 1), [{ results: [], settled: { dead: [], stale: [] } }]);
  expect(take()).toEqual(['settled']);
  finish('b');
  expect(take()).toEqual(['b']);
});
