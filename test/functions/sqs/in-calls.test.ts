import { expect, test } from 'vitest';
import { inCalls } from '#functions/sqs/in-calls.ts';

const messages = (...sizes: number[]) =>
  sizes.map((size, n) => ({ id: String(n), body: 'x'.repeat(size) }));
const idsOf = (calls: ReturnType<typeof inCalls>) => calls.map((call) => call.map(({ id }) => id));

const mebibyte = 1024 * 1024;

test('ten messages go by one call, the eleventh by the next', () => {
  expect(inCalls(messages(...Array(21).fill(10))).map(({ length }) => length)).toEqual([10, 10, 1]);
});

test('a call has a mebibyte at most, counted as UTF-8', () => {
  expect(idsOf(inCalls(messages(mebibyte / 2, mebibyte / 2, 1)))).toEqual([['0', '1'], ['2']]);
  const euros = { id: 'euros', body: '€'.repeat(mebibyte / 3) };
  expect(idsOf(inCalls([euros, ...messages(1), euros]))).toEqual([['euros', '0'], ['euros']]);
});

test('no message needs no call', () => {
  expect(inCalls([])).toEqual([]);
});
