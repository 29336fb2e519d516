import { expect, test } from 'vitest';
import { retryAfterSeconds } from '#webhook/retry-after.ts';

const now = new Date('2026-11-30T12:00:00Z');
const read = (after: string | undefined, date?: string) =>
  retryAfterSeconds({ 'retry-after': after, date }, now);

test.each([
  ['30', 30],
  ['1', 1],
  ['3600', 3_600],
  ['86400', 3_600],
  ['99999999999999999999999', 3_600],
  ['Mon, 30 Nov 2026 12:00:45 GMT', 45],
  ['Tue, 30 Nov 2027 12:00:00 GMT', 3_600],
])('%s is %d seconds', (after, seconds) => {
  expect(read(after)).toBe(seconds);
});

test.each([undefined, '', '0', '-5', '1.5', 'soon', 'Mon, 30 Nov 2026 11:59:00 GMT', '30, 60'])(
  '%j says nothing, and the queue decides',
  (after) => {
    expect(read(after)).toBeUndefined();
  },
);

test("a date counts from the target's own clock", () => {
  expect(read('Mon, 30 Nov 2026 15:01:00 GMT', 'Mon, 30 Nov 2026 15:00:00 GMT')).toBe(60);
  expect(read('Mon, 30 Nov 2026 12:01:00 GMT', 'no date')).toBe(60);
});
