// The reader of cron expressions beside croner, another one that is in wide use: on clocks without changes both have
// to find the same times, and take and refuse the same expressions.
import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCron } from '#queue/declare/timing/cron-expression.ts';
import { shownTimes } from '#queue/declare/timing/shown-times.ts';

const cronerOf = (expression: string) =>
  new Cron(expression, { mode: '5-or-6-parts', utcOffset: 0 });

const several = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join());

function numbers(from: number, to: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: from, max: to });
  const step = fc.integer({ min: 1, max: Math.min(7, to) });
  const range = fc.tuple(number, number).map((ends) => ends.sort((a, b) => a - b).join('-'));
  return fc.oneof(
    number.map(String),
    range,
    fc.tuple(fc.oneof(range, fc.constant('*')), step).map((parts) => parts.join('/')),
  );
}

const orAll = (field: fc.Arbitrary<string>) => fc.oneof(fc.constantFrom('*', '?'), several(field));

const day = fc.oneof(
  numbers(1, 31),
  fc.constant('L'),
  fc.integer({ min: 1, max: 31 }).map((number) => `${number}W`),
);

const weekdayName = fc.constantFrom('SUN', 'mon', 'Tue', 'WED', 'thu', 'FRI', 'sat');
const weekday = fc.oneof(
  numbers(0, 7),
  weekdayName,
  fc.constantFrom('MON-FRI', 'FRI-SUN', 'tue-thu', '1-5/2', 'MON-FRI#1', '5L'),
  fc
    .tuple(weekdayName, fc.constantFrom('1', '2', '3', '4', '5', 'L', 'l'))
    .map((parts) => parts.join('#')),
);

const month = fc.oneof(numbers(1, 12), fc.constantFrom('JAN', 'feb', 'OCT-DEC', 'mar-Jun/2'));

const anyExpression = fc
  .tuple(
    fc.option(orAll(numbers(0, 59)), { nil: '' }),
    orAll(numbers(0, 59)),
    orAll(numbers(0, 23)),
    fc.oneof(fc.constant('LW'), orAll(day)),
    orAll(month),
    fc.tuple(fc.constantFrom('', '', '+'), orAll(weekday)).map((parts) => parts.join('')),
  )
  .map((fields) => fields.join(' ').trim());

const anyTime = fc.integer({
  min: Date.parse('1999-12-01T00:00Z'),
  max: Date.parse('2031-03-05T00:00Z'),
});

describe('a cron expression', () => {
  test('names the times that another reader finds, forwards and backwards', () => {
    fc.assert(
      fc.property(anyExpression, anyTime, (expression, shown) => {
        const croner = cronerOf(expression);
        fc.pre(croner.nextRun(new Date(0)) !== null);
        const times = shownTimes(readCron(expression));
        const next = [times.after(shown)];
        const last = [times.before(shown)];
        for (let index = 0; index < 3; index += 1) {
          next.push(times.after(next[index] ?? 0));
          last.push(times.before(last[index] ?? 0));
        }
        const reference = new Date(shown);
        expect(next).toEqual(croner.nextRuns(4, reference).map(Number));
        expect(last).toEqual(croner.previousRuns(4, reference).map(Number));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['@yearly', '@annually', '@monthly', '@weekly', '@Daily', ' @midnight ', '@hourly'])(
    'may be the nickname %s',
    (nickname) => {
      const times = shownTimes(readCron(nickname));
      const start = Date.parse('2026-02-03T04:05:06.789Z');
      expect(times.after(start)).toBe(cronerOf(nickname).nextRun(new Date(start))?.getTime());
    },
  );

  test.each(['30 2 * * *', '0,30 2-4 * * MON', '@daily', '0 9 */2 * *', '5 0 9 * * ?'])(
    'names fixed times if its clock has neither a star nor a step: %s',
    (expression) => {
      expect(readCron(expression).isRhythm).toBe(false);
    },
  );

  test.each([
    ...['*/5 * * * *', '0 * * * *', '0 ? * * *', '0 */2 * * *', '0-30/10 9 * * *', '@hourly'],
    '* 0 9 * * *',
  ])('is a rhythm if its clock has one: %s', (expression) => {
    expect(readCron(expression).isRhythm).toBe(true);
  });

  test.each([
    ...['', ' ', '* * * *', '* * * * * * *', '@reboot', '@sometimes'],
    ...['60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 0 *', '* * * 13 *'],
    ...['* * * * 8', '-1 * * * *', '1- * * * *', '1-2-3 * * * *', '5-1 * * * *', '1,,2 * * * *'],
    ...['/5 * * * *', '5/15 * * * *', '*/0 * * * *', '*/61 * * * *', '*/x * * * *', '** * * * *'],
    ...['1.5 * * * *', '0x1 * * * *', '1e1 * * * *', '٣ * * * *', 'MON * * * *', 'a * * * *'],
    ...['* * L-2 * *', '* * W * *', '* * 0W * *', '* * 32W * *', '* * 1-5W * *', '* * L,LWW * *'],
    ...['* * 1#2 * *', '* * MON * *', '* * * MOX *', '* * * JANUARY *', '* * * MON *'],
    ...['* * * * L', '* * * * MON#0', '* * * * MON#6', '* * * * MON#', '* * * * #1', '* * * * +'],
    ...['* * * * JAN', '* * * * MONDAY', '* * * * 1##2', '* * * * 1W', '* 1L * * *'],
  ])('may not be %j, neither here nor there', (expression) => {
    expect(() => cronerOf(expression)).toThrow();
    expect(() => readCron(expression)).toThrow(/^cron ".*" cannot be read: /);
  });
});
