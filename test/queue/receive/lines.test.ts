// Who waits for whom: no handler and no database takes part.
import { expect, test } from 'vitest';
import { linesOf } from '#queue/receive/lines.ts';
import { received } from '#test/support/queue/wire.ts';

const grouped = (groupKey: string | null) => received({ groupKey });

test('members of a group stand in one line, where a queue keeps them in order', () => {
  const [a1, b1, a2, alone, other] = ['a', 'b', 'a', null, null].map(grouped);
  const batch = [a1, b1, a2, alone, other].filter((each) => each !== undefined);
  const lines = linesOf(batch, true);
  expect(lines.map(({ first }) => first)).toEqual([a1, b1, alone, other]);
  expect(lines[0]?.advance().first).toBe(a2);
  expect(lines[0]?.advance().first).toBeUndefined();
});

test('elsewhere everybody has a turn at once', () => {
  const batch = [grouped(null), grouped(null)];
  expect(linesOf(batch, false).map(({ first }) => first)).toEqual(batch);
});

test('a line that is stopped gives back those behind its first one', () => {
  const batch = ['a', 'a', 'a'].map(grouped);
  const [line] = linesOf(batch, true);
  expect(line?.stop()).toEqual(batch.slice(1));
  expect(line?.first).toBeUndefined();
});
