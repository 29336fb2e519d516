import { glob, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#queue/parse-json.ts';
import { secondNameOf, textsWithNames } from '#test/support/mixed-names.ts';

describe('field names', () => {
  const backslash = String.raw`"stra\\u"`;
  const sharpS = String.raw`"stra\u00dfe"`;

  test('are mixed up by JSON.parse itself, or the work-around can go', () => {
    const [one, other] = textsWithNames(backslash, sharpS);
    JSON.parse(one);
    expect(secondNameOf(JSON.parse(other))).toBe('stra\\u');
  });

  test.each([
    [backslash, sharpS],
    [sharpS, backslash],
    [String.raw`"a\\\\"`, String.raw`"a\\b"`],
    [String.raw`"a\\b"`, String.raw`"a\\\\"`],
    [String.raw`"a\\\""`, String.raw`"a\\n"`],
    [String.raw`"\\"`, String.raw`"\u005c"`],
  ])('are those of their own text: %s, then %s', (first, second) => {
    for (const [index, text] of textsWithNames(first, second).entries())
      expect(secondNameOf(parseJson(text))).toBe(JSON.parse([first, second][index] ?? ''));
  });

  test('are those of their own text, in 10,000 random pairs', () => {
    fc.assert(
      fc.property(escaped, escaped, (first, second) => {
        for (const [index, text] of textsWithNames(first.text, second.text).entries())
          expect(secondNameOf(parseJson(text))).toBe([first, second][index]?.name);
      }),
      { numRuns: 10_000 },
    );
  });
});

/** A short name of few characters, each written in one of the ways that JSON has for it. */
const escaped = fc
  .array(
    fc
      .constantFrom('a', 'u', 'n', '0', '\\', '"', '\n', 'ß')
      .chain((sign) =>
        fc
          .constantFrom(
            ...new Set([
              JSON.stringify(sign).slice(1, -1),
              `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
            ]),
          )
          .map((text) => ({ sign, text })),
      ),
    { minLength: 1, maxLength: 8 },
  )
  .map((signs) => ({
    name: signs.map(({ sign }) => sign).join(''),
    text: `"${signs.map(({ text }) => text).join('')}"`,
  }))
  // Objects put names that are whole numbers before all others.
  .filter(({ name }) => !/^\d+$/.test(name));

describe('values', () => {
  test('are those that were written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON has no -0.
        expect(JSON.stringify(parseJson(JSON.stringify(value)))).toBe(JSON.stringify(value));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [
      'the last of equal names, in the place of the first',
      String.raw`{"a\\":1,"b":2,"\u0061\u005c":3}`,
      [
        ['a\\', 3],
        ['b', 2],
      ],
    ],
    [
      'a field named __proto__',
      String.raw`{"a\\":1,"__proto__":{"b":2}}`,
      [
        ['a\\', 1],
        ['__proto__', { b: 2 }],
      ],
    ],
    ['space before the colon', String.raw`{"a\\" :1}`, [['a\\', 1]]],
    [
      'names within names',
      String.raw`{"a\\":[{"b\"":{"c\n":0}}]}`,
      [['a\\', [{ 'b"': { 'c\n': 0 } }]]],
    ],
    [
      'texts that look like names',
      String.raw`{"a":["b\\",":"],"c":",\"d\\\":"}`,
      [
        ['a', ['b\\', ':']],
        ['c', ',"d\\":'],
      ],
    ],
  ])('keep %s', (_, text, entries) => {
    expect(Object.entries(Object(parseJson(text)))).toEqual(entries);
  });

  test('may be nested more deeply than a stack is', () => {
    const text = `${String.raw`{"a\\":`.repeat(100_000)}0${'}'.repeat(100_000)}`;
    expect(Object.keys(Object(parseJson(text)))).toEqual(['a\\']);
  });
});

test.each(['', '{', '{"a\\', '{"a\\"', '{"a\\x":1}', '{"a\\\\":}', '{"a\\\\":1} x', '["b\\"'])(
  'refuses what is no JSON: %s',
  (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('parses everything but what this program, AWS, Postgres or whoever deploys has written', async () => {
  const callers: string[] = [];
  for await (const file of glob('{functions,handlers,infra,queue,testing}/**/*.ts'))
    if ((await readFile(file, 'utf8')).includes('JSON.parse(')) callers.push(file);
  expect(callers.sort()).toEqual([
    'functions/aws/call-by-target.ts',
    'functions/aws/newest-version.ts',
    // Made by the build.
    'functions/http/console/console-files.ts',
    'infra/setting-kinds.ts',
    'queue/parse-json.ts',
    'queue/produce/enqueue-chord.ts',
    'queue/produce/enqueue.ts',
    'queue/routines/refusal.ts',
    // Neon's answers: values are texts in them, and json among these is read by parseJson.
    'queue/statement-over-http.ts',
  ]);
});
