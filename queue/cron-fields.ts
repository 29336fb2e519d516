// Reads a cron expression: five fields (minute, hour, day of month, month, day of week), or six with the second
// first. A field is *, a value, a range, a list of these, or a step over * or a range; months and weekdays have
// English names. L is a month's last day, MON#2 its second Monday, FRI#L its last Friday. As in every cron, a day has
// to fit one of the two day fields when both are given.

export interface CronFields {
  /** Milliseconds since midnight, ascending. */
  readonly timesOfDay: readonly number[];
  /** No field of the time of day has * or a step. */
  readonly namesItsTimes: boolean;
  /** For a day given as its midnight in UTC. */
  readonly isOnDay: (day: Date) => boolean;
}

interface Unit {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Of the values from `from` on. */
  readonly words?: readonly string[];
}

const second: Unit = { name: 'second', from: 0, to: 59 };
const minute: Unit = { name: 'minute', from: 0, to: 59 };
const hour: Unit = { name: 'hour', from: 0, to: 23 };
const dayOfMonth: Unit = { name: 'day of month', from: 1, to: 31 };
const month: Unit = {
  name: 'month',
  from: 1,
  to: 12,
  words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
};
/** Sunday is 0 and 7. */
const dayOfWeek: Unit = {
  name: 'day of week',
  from: 0,
  to: 7,
  words: 'SUN MON TUE WED THU FRI SAT'.split(' '),
};

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Throws a TypeError that says which field cannot be read. */
export function parseCron(expression: string): CronFields {
  const fields = (nicknames[expression.trim().toLowerCase()] ?? expression).trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  const [seconds, minutes, hours, days, months, weekdays, ...more] = fields;
  if (!seconds || !minutes || !hours || !days || !months || !weekdays || more.length > 0)
    throw new TypeError('it has five fields, or six with the second first');
  const isOnMonthDay = monthDays(days);
  const isOnWeekday = weekDays(weekdays);
  const someMonths = valuesOf(month, months);
  const isEither = days !== '*' && weekdays !== '*';
  return {
    timesOfDay: timesOfDay(hours, minutes, seconds),
    namesItsTimes: !/[*/]/.test(seconds + minutes + hours),
    isOnDay: (day) =>
      someMonths.has(day.getUTCMonth() + 1) &&
      (isEither ? isOnMonthDay(day) || isOnWeekday(day) : isOnMonthDay(day) && isOnWeekday(day)),
  };
}

function timesOfDay(hours: string, minutes: string, seconds: string): number[] {
  const inOrder = (unit: Unit, field: string) => [...valuesOf(unit, field)].sort((a, b) => a - b);
  const someMinutes = inOrder(minute, minutes);
  const someSeconds = inOrder(second, seconds);
  return inOrder(hour, hours).flatMap((h) =>
    someMinutes.flatMap((m) => someSeconds.map((s) => ((h * 60 + m) * 60 + s) * 1000)),
  );
}

function monthDays(field: string): CronFields['isOnDay'] {
  const parts = field.split(',');
  const days = valuesOfParts(
    dayOfMonth,
    parts.filter((part) => !isLast(part)),
  );
  const hasLast = parts.some(isLast);
  return (day) => days.has(day.getUTCDate()) || (hasLast && day.getUTCDate() === daysIn(day));
}

const isLast = (text: string | undefined) => text?.toUpperCase() === 'L';

function weekDays(field: string): CronFields['isOnDay'] {
  const parts = field.split(',');
  const weekdays = valuesOfParts(
    dayOfWeek,
    parts.filter((part) => !part.includes('#')),
  );
  const counted = parts.filter((part) => part.includes('#')).map(countedWeekday);
  return (day) =>
    [day.getUTCDay(), day.getUTCDay() + 7].some((value) => weekdays.has(value)) ||
    counted.some((isOnDay) => isOnDay(day));
}

/** MON#2 or FRI#L. */
function countedWeekday(part: string): CronFields['isOnDay'] {
  const [name, count = '', ...more] = part.split('#');
  if (!name || more.length > 0 || !/^([1-5]|L)$/i.test(count)) throw unreadable(dayOfWeek, part);
  const weekday = oneOf(dayOfWeek, name) % 7;
  return (day) => {
    if (day.getUTCDay() !== weekday) return false;
    const date = day.getUTCDate();
    return isLast(count) ? date + 7 > daysIn(day) : Math.ceil(date / 7) === Number(count);
  };
}

const daysIn = (day: Date) =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

const valuesOf = (unit: Unit, field: string) => valuesOfParts(unit, field.split(','));

const valuesOfParts = (unit: Unit, parts: readonly string[]): ReadonlySet<number> =>
  new Set(parts.flatMap((part) => range(unit, part)));

function range(unit: Unit, part: string): number[] {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) throw unreadable(unit, part);
  const [, all, first = '', last, step] = match;
  const from = all ? unit.from : oneOf(unit, first);
  const to = all ? unit.to : last === undefined ? from : endOf(unit, last);
  const every = Number(step ?? 1);
  // A step over a single value means different things to different crons.
  const isStepOverOne = step !== undefined && !all && last === undefined;
  if (from > to || every === 0 || isStepOverOne) throw unreadable(unit, part);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) => from + n * every);
}

/** FRI-SUN ends with the seventh day. */
const endOf = (unit: Unit, text: string) =>
  unit === dayOfWeek && text.toUpperCase() === 'SUN' ? 7 : oneOf(unit, text);

function oneOf(unit: Unit, text: string): number {
  const word = unit.words?.indexOf(text.toUpperCase()) ?? -1;
  const value = word >= 0 ? unit.from + word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= unit.from && value <= unit.to) return value;
  throw unreadable(unit, text);
}

const unreadable = (unit: Unit, text: string) =>
  new TypeError(`"${text}" is no ${unit.name} (${unit.from} to ${unit.to})`);
