import { expect, test } from 'vitest';
import { Samples } from '#queue/drain/samples.ts';

function samplesOf(values: readonly number[]): number[] {
  const samples = new Samples();
  for (const value of values) samples.add(value);
  return samples.values;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test('a few values are all kept, in their order', () => {
  expect(samplesOf([])).toEqual([]);
  expect(samplesOf([3, 1, 2])).toEqual([3, 1, 2]);
  expect(samplesOf(upTo(98))).toEqual(upTo(98));
});

test.each([99, 100, 1_000, 98 * 1024, 123_457])(
  'of %d values no more are kept than a metric may have, evenly spread',
  (count) => {
    const kept = samplesOf(upTo(count));
    expect(kept.length).toBeLessThanOrEqual(99);
    expect(kept.length).toBeGreaterThanOrEqual(49);
    const median = kept[Math.floor(kept.length / 2)] ?? 0;
    expect(median / count).toBeGreaterThan(0.45);
    expect(median / count).toBeLessThan(0.55);
  },
);

test('the largest is kept wherever it comes', () => {
  for (const at of [0, 1, 500, 777, 998, 999]) {
    const values = upTo(1_000).map((n) => (n === at ? 5_000 : n));
    expect(Math.max(...samplesOf(values))).toBe(5_000);
  }
});
