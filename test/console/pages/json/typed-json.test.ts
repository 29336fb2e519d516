import { expect, test } from 'vitest';
import { typedJson } from '#console/pages/json/typed-json.ts';

test.each([
  ['{"by": "ann", "n": [1, 2.5]}', { by: 'ann', n: [1, 2.5] }],
  ['null', null],
  [' \n', null],
])('reads %j', (text, value) => {
  expect(typedJson(text)).toEqual({ value });
});

test.each([
  ['{by: 1}', /^This is no JSON: ./],
  ['{"id": 9007199254740993}', /^9007199254740992 is too large to be sent as it is: write it/],
  ['[1e400]', /^Infinity is too large/],
])('says why it does not send %j', (text, fault) => {
  expect(typedJson(text)).toEqual({ fault: expect.stringMatching(fault) });
});
