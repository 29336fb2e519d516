import { expect, test } from 'vitest';
import { countIn } from '#queue/drain/half-octaves.ts';

/** The number of the class that the database gives it: the first is 1. */
function classOf(ms: number): number {
  const classes: number[] = [];
  countIn(classes, ms);
  return classes.length;
}

test.each([
  [0, 1],
  [0.2, 1],
  [1, 1],
  [1.41, 1],
  [1.42, 2],
  [1.99, 2],
  [2, 3],
  [2.82, 3],
  [2.83, 4],
  [4, 5],
  [1_000, 20],
  [86_400_000, 53],
])('%d ms are of class %d', (ms, expected) => {
  expect(classOf(ms)).toBe(expected);
});

test('every class begins where the one before ends', () => {
  for (let ms = 1; ms < 1e9; ms = Math.ceil(ms * 1.01)) {
    const n = classOf(ms);
    expect(ms).toBeLessThan(2 ** (n / 2));
    if (n > 1) expect(ms).toBeGreaterThanOrEqual(2 ** ((n - 1) / 2));
  }
});

test('counts in the same list, with holes where nothing was', () => {
  const classes: number[] = [];
  for (const ms of [2, 1, 2.5, 0]) countIn(classes, ms);
  expect(JSON.stringify(classes)).toBe('[2,null,2]');
});
