import { expect, test } from 'vitest';
import { hasAtMost, membersOf, summaryOf } from '#console/pages/json/json-node.ts';

test('tells values that have others in them from those that have none', () => {
  expect(membersOf({ a: 1, b: null })).toEqual([
    ['a', 1],
    ['b', null],
  ]);
  expect(membersOf(['x'])).toEqual([['0', 'x']]);
  for (const value of ['text', 1, true, null]) expect(membersOf(value)).toBeNull();
});

test('says of a closed value what it has in it', () => {
  expect(summaryOf([1], 1)).toBe('[ 1 item ]');
  expect(summaryOf({ a: 1, b: 2 }, 2)).toBe('{ 2 fields }');
});

test('counts values at all depths, and no further than asked', () => {
  const value = { a: [1, 2], b: { c: 3 } };
  expect(hasAtMost(value, 6)).toBe(true);
  expect(hasAtMost(value, 5)).toBe(false);
  expect(hasAtMost('text', 1)).toBe(true);
  const endless: unknown[] = [];
  endless.push(endless);
  expect(hasAtMost(endless, 1_000)).toBe(false);
});
