// Reads a cron expression: which times it names, and whether it means them as fixed times or as a rhythm.
import { checkedAt, misuse } from '#queue/misuse.ts';
import { type CalendarDay, daysOf } from './cron-days.ts';
import { type FieldForm, numbersIn } from './cron-field.ts';

export interface CronExpression {
  readonly text: string;
  /** Ascending, like the other two. */
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
  isDay(day: CalendarDay): boolean;
  /** Whether seconds, minutes or hours have a `*` or a step. */
  readonly isRhythm: boolean;
}

const clockForms: readonly FieldForm[] = [
  { name: 'second', from: 0, to: 59 },
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
];

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Throws a TypeError that says what is wrong with the expression. */
export function readCron(expression: string): CronExpression {
  if (typeof expression !== 'string')
    misuse(`cron is an expression such as "0 9 * * MON"; got ${expression}`);
  const where = (sentence: string) => `cron "${expression}" cannot be read: ${sentence}`;
  return checkedAt(where, () => read(expression));
}

function read(expression: string): CronExpression {
  const text = expression.trim();
  const fields = (nicknames[text.toLowerCase()] ?? text).replaceAll('?', '*').split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6)
    misuse('it has five fields, six with the second first, or is @daily and the like');
  const clock = fields.splice(0, 3);
  const [seconds = [], minutes = [], hours = []] = clockForms.map((form, index) =>
    numbersIn(clock[index] ?? '', form),
  );
  const [day = '', month = '', weekday = ''] = fields;
  const isRhythm = /[*/]/.test(clock.join());
  const isDay = daysOf(day, month, weekday);
  return { text: expression, seconds, minutes, hours, isDay, isRhythm };
}
