import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFaultPosition } from '#functions/http/read/json-fault-position.ts';

test.each([
  ['', 0],
  ['  ', 2],
  ['{"a":a}', 5],
  ['{"a":1,}', 7],
  ['{"a":1 "b":2}', 7],
  ['{a:1}', 1],
  ['{"a" 1}', 5],
  ['{"a"', 4],
  ['{,}', 1],
  ['[1,2', 4],
  ['[1,]', 3],
  ['[1}', 2],
  ['[]]', 2],
  ['01', 1],
  ['-', 0],
  ['1.', 1],
  ['"abc', 4],
  ['"a\nb"', 2],
  ['"a\\x"', 2],
  ['"\\u12"', 1],
  ['tru', 0],
  ['true false', 5],
  ['\ufeff1', 0],
])('%j goes wrong at %i', (text, position) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(jsonFaultPosition(text)).toBe(position);
});

const spoiled = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[],:"\\x0-.etn \n'))
  .map(([text, at, character]) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + character + text.slice(index);
  });

test('agrees with JSON.parse on the place wherever that names one', () => {
  fc.assert(
    fc.property(spoiled, (text) => {
      const named = /at position (\d+)/.exec(messageOf(text) ?? '');
      // Inside a number, an escape or a word JSON.parse names the character, this its beginning.
      if (named) expect(jsonFaultPosition(text)).toBeLessThanOrEqual(Number(named[1]));
    }),
    { numRuns: 2_000 },
  );
});

test('goes to the end of whatever is JSON', () => {
  fc.assert(fc.property(fc.json(), (text) => jsonFaultPosition(text) === text.length));
});

function messageOf(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    return String(error);
  }
}
