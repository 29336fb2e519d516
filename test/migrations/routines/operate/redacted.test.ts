import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactedValues } from '#queue/declare/redacted-values.ts';
import { createDatabase } from '#test/support/database.ts';

const db = await createDatabase();

async function redacted(payload: unknown, ...paths: string[]): Promise<unknown> {
  const [row] = await db.query<{ shown: unknown }>('select millrace.redacted($1, $2) as shown', [
    JSON.stringify(payload),
    paths,
  ]);
  return row?.shown;
}

const X = '[redacted]';

test.each<[unknown, string[], unknown]>([
  [{ email: 'a', n: 1 }, ['email'], { email: X, n: 1 }],
  [{ email: null }, ['email'], { email: X }],
  [{ email: { local: 'a', host: [1] } }, ['email'], { email: X }],
  [{ n: 1 }, ['email'], { n: 1 }],
  [{ card: { number: 1, code: 2 } }, ['card.number'], { card: { number: X, code: 2 } }],
  [{ card: 'none' }, ['card.number'], { card: 'none' }],
  [{ card: [{ number: 1 }] }, ['card.number'], { card: [{ number: 1 }] }],
  [
    { items: [{ sku: 'a', n: 1 }, { n: 2 }, 7] },
    ['items.*.sku'],
    { items: [{ sku: X, n: 1 }, { n: 2 }, 7] },
  ],
  [{ items: ['a', ['b'], null] }, ['items.*'], { items: [X, X, X] }],
  [{ items: [] }, ['items.*.sku'], { items: [] }],
  [{ by: { a: { n: 1 }, b: { n: 2 } } }, ['by.*.n'], { by: { a: { n: X }, b: { n: X } } }],
  [{ by: {} }, ['by.*'], { by: {} }],
  [[['a', 'b'], ['c']], ['*.*'], [[X, X], [X]]],
  [{ a: 1, b: { c: 2 } }, ['a', 'b.c'], { a: X, b: { c: X } }],
  [{ a: { b: 1 } }, ['a.b', 'a'], { a: X }],
  [{ a: { b: 1 } }, ['a', 'a.b'], { a: X }],
  [{ '*': 1, a: 2 }, ['*'], { '*': X, a: X }],
  [{ "O'Hara": 1 }, ["O'Hara"], { "O'Hara": X }],
  ['text', ['email'], 'text'],
  [null, ['*'], null],
  [{ a: 1 }, [], { a: 1 }],
])('shows %j without %j', async (payload, paths, shown) => {
  expect(await redacted(payload, ...paths)).toEqual(shown);
});

test('hides exactly what errors are cleaned of', async () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const path = fc
    .array(fc.oneof(key, fc.constant('*')), { minLength: 1, maxLength: 4 })
    .map((keys) => keys.join('.'));
  const payload = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.uuid(),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(key, tie('node'), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).node;
  await fc.assert(
    fc.asyncProperty(payload, fc.array(path, { maxLength: 3 }), async (value, paths) => {
      // Each text tells where it stood, since no two are the same.
      const all = JSON.stringify(value).match(/[\da-f-]{36}/g) ?? [];
      const shown = JSON.stringify(await redacted(value, ...paths));
      const hidden = all.filter((text) => !shown.includes(`"${text}"`));
      expect(new Set(hidden)).toEqual(new Set(redactedValues(value, paths)));
    }),
    { numRuns: 500 },
  );
});
