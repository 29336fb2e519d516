import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';

// More than one filling of the pool of random bytes.
const before = Date.now();
const ids = Array.from({ length: 2_000 }, uuidV7);
const after = Date.now();

test('ids are of version 7 and of the variant of RFC 9562', () => {
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('ids begin with the time at which they were made', () => {
  for (const id of ids) {
    const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
  }
});

test('no two ids share their random part', () => {
  expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length);
});

test('ids ascend in the order in which they were made', () => {
  expect(ids.toSorted()).toEqual(ids);
});
