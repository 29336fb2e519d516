// Whatever errors are made of, in whatever order: the record has its bounds, and nothing of what is redacted.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { redactionOf } from '#queue/declare/redaction.ts';
import { type ErrorRecord, errorRecord } from '#queue/routines/error-record.ts';

const secret = 'zq7Xw-Überlang "quoted" pV3';
const number = 4_111_111_111_111_111;
const type = defineMessageType({
  name: 'test.secret',
  payload: z.unknown(),
  redact: ['text', 'number'],
});
const redact = redactionOf(type, [{ payload: { text: secret, number }, version: 1 }]);
const json = JSON.stringify(secret).slice(1, -1);
const anyForm = [secret, json, encodeURIComponent(secret), encodeURIComponent(json)];

/** Texts with the secret in any of its forms, at any distance from where they are cut. */
const text = fc
  .record({
    before: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat(8_100).map((n) => 'x'.repeat(n)),
    ),
    form: fc.constantFrom('', ...anyForm, String(number)),
    after: fc.string(),
  })
  .map(({ before, form, after }) => before + form + after);

const value = fc.oneof(
  text,
  fc.constant(number),
  fc.record({ field: text, number: fc.constant(number) }),
  fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withNullPrototype: true,
  }),
);
const parts = { message: text, name: text, code: value, stack: value };

/** Errors that are caused by, and stand for, others; a thread of them may lead back to its beginning. */
const { thrown } = fc.letrec<{ thrown: unknown; error: unknown }>((tie) => ({
  thrown: fc.oneof({ depthSize: 'small', withCrossShrink: true }, value, tie('error')),
  error: fc
    .record(
      {
        parts: fc.record(parts, { requiredKeys: [] }),
        cause: tie('thrown'),
        errors: fc.array(tie('thrown'), { maxLength: 15 }),
        isRound: fc.boolean(),
      },
      { requiredKeys: ['parts', 'errors'] },
    )
    .map(({ parts: own, cause, errors, isRound }) => {
      const error = errors.length > 0 ? new AggregateError(errors) : new Error('none');
      Object.assign(error, own, cause !== undefined && { cause }, isRound && { cause: error });
      return error;
    }),
}));

const within = ({ cause, errors = [] }: ErrorRecord) => [...(cause ? [cause] : []), ...errors];
const levels = (record: ErrorRecord): number => 1 + Math.max(0, ...within(record).map(levels));

const textsIn = (record: ErrorRecord): string[] => [
  ...Object.values(record).filter((each) => typeof each === 'string'),
  ...within(record).flatMap(textsIn),
];

describe('the record of any error', () => {
  test('is bounded and can be stored', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (any) => {
        const record = errorRecord(any);
        const json = JSON.stringify(record);
        expect(JSON.parse(json)).toEqual(record);
        expect(json.isWellFormed()).toBe(true);
        expect(textsIn(record).filter((each) => each.includes('\0'))).toEqual([]);
        // A character may take six in JSON.
        expect(json.length).toBeLessThan(6 * 60_000);
        expect(levels(record)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 300, examples: [[Object.assign(new Error('x'), { code: -0 })]] },
    );
  });

  test('has nothing of what is redacted', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (any) => {
        const json = JSON.stringify(errorRecord(any, redact));
        for (const hidden of ['zq7Xw', 'berlang', 'quoted', '411111111'])
          expect(json).not.toContain(hidden);
      }),
      { numRuns: 300 },
    );
  });
});
