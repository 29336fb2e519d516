import { expect, test } from 'vitest';
import { slowestTests } from './slowest-tests.ts';

const timed = (ms: number) => ({ file: 'test/a.test.ts', name: `takes ${ms} ms`, ms });

test('are ten, the slowest first', () => {
  const lines = slowestTests(Array.from({ length: 12 }, (_, n) => timed(1_000 + 100 * n)));
  expect(lines).toHaveLength(12);
  expect(lines[0]).toBe('Slowest tests:');
  expect(lines[1]).toBe('    2.1 s  test/a.test.ts > takes 2100 ms');
  expect(lines[10]).toBe('    1.2 s  test/a.test.ts > takes 1200 ms');
  expect(lines[11]).toBe('');
});

test('leave out what is quick, and say nothing when everything is', () => {
  expect(slowestTests([timed(400), timed(600)])).toHaveLength(3);
  expect(slowestTests([timed(400)])).toEqual([]);
});
