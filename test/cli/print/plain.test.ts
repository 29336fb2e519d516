// What others have written never moves the cursor, changes colours or turns the direction of writing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTo, plain, plainJson, plainLines, widthOf } from '#cli/print/plain.ts';

/** By what terminals do with them, not by the ranges that the code looks for. */
const harmful = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
const texts = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
    fc.constantFrom('\u001b[2J', '\u001b]0;title\u0007', '\u009b31m', '\r', '\n', '\u202e', '日'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

test.each([
  ['clears\u001b[2Jthe screen', 'clears\\u001b[2Jthe screen'],
  ['a title\u001b]0;root\u0007', 'a title\\u001b]0;root\\u0007'],
  ['one byte \u009b31m', 'one byte \\u009b31m'],
  ['over\rwritten', 'over\\u000dwritten'],
  ['taken\b back\u007f', 'taken\\u0008 back\\u007f'],
  ['two\nlines\tand a tab', 'two\\nlines\\tand a tab'],
  ['turned \u202etxt.exe\u2066 \u061c', 'turned \\u202etxt.exe\\u2066 \\u061c'],
  ['Grüße, 日本 🎉', 'Grüße, 日本 🎉'],
])('%j is shown as %j', (text, shown) => {
  expect(plain(text)).toBe(shown);
});

describe('of any text', () => {
  test('nothing harmful is left', () => {
    fc.assert(fc.property(texts, (text) => !harmful.test(plain(text))));
    fc.assert(fc.property(texts, (text) => !harmful.test(plainLines(text).replaceAll('\n', ''))));
  });

  test('JSON means the same, with and without an indent', () => {
    const values = fc.oneof(texts, fc.dictionary(texts, fc.array(texts)), fc.jsonValue());
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
        const json = plainJson(value, indent);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json.replaceAll('\n', '')).not.toMatch(harmful);
      }),
    );
  });

  test('a cut one fits, and is the whole one where that fits', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, columns) => {
        const cut = cutTo(text, columns);
        expect(widthOf(cut)).toBeLessThanOrEqual(columns);
        expect(cut === text).toBe(widthOf(text) <= columns);
      }),
    );
  });
});

test('colours stay in a whole output, and nothing else that begins like them', () => {
  const text = '\u001b[31mdead\u001b[39m\nand \u001b[2J \u001b[1;31m \u001b[3A';
  expect(plainLines(text, { hasColours: true })).toBe(
    '\u001b[31mdead\u001b[39m\nand \\u001b[2J \\u001b[1;31m \\u001b[3A',
  );
  expect(plainLines('\u001b[31mred')).toBe('\\u001b[31mred');
});

test.each([
  ['plain', 5],
  ['日本', 4],
  ['𠀀', 2],
  ['e\u0301', 1],
  ['🎉', 2],
  ['zero\u200bwidth\ufeff', 9],
  ['', 0],
])('%j takes %i columns', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test.each([
  ['payments', 8, 'payments'],
  ['payments', 7, 'paymen…'],
  // Half a wide sign cannot be shown.
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ['🎉🎉', 3, '🎉…'],
])('%j is cut to %i columns as %j', (text, columns, cut) => {
  expect(cutTo(text, columns)).toBe(cut);
});
