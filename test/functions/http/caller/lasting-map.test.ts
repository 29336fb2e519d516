import { expect, test } from 'vitest';
import { lastingMap } from '#functions/http/caller/lasting-map.ts';
import { moveClock } from '#test/support/functions/clock.ts';

test('says when an entry is over, and keeps it until then', () => {
  const { forward } = moveClock();
  const map = lastingMap<string>(10, 5_000);
  map.set('a', 'x');
  forward(4_900);
  expect(map.get('a')).toEqual({ value: 'x', isOver: false });
  forward(100);
  expect(map.get('a')).toEqual({ value: 'x', isOver: true });
  map.set('a', 'y');
  expect(map.get('a')).toEqual({ value: 'y', isOver: false });
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
});

test('never holds more than it may, whatever comes', () => {
  const map = lastingMap<number>(100, 5_000);
  for (let number = 0; number < 10_000; number += 1) map.set(`${number}`, number);
  const held = Array.from({ length: 10_000 }, (_, number) => map.get(`${number}`)?.value);
  expect(held.filter((value) => value !== undefined)).toEqual(
    Array.from({ length: 100 }, (_, number) => 9_900 + number),
  );
});
