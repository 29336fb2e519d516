// Which days a cron expression means, by its fields for the day of the month, the month and the weekday. Where both
// kinds of days are restricted, either is enough, as in every cron; a `+` before the weekday asks for both.
import { type FieldForm, itemNumbers, numbersIn, unfit } from './cron-field.ts';

export interface CalendarDay {
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** The month's last. */
  readonly lastDay: number;
}

type IsDay = (day: CalendarDay) => boolean;

const dayForm: FieldForm = { name: 'day', from: 1, to: 31 };
const monthForm: FieldForm = {
  ...{ name: 'month', from: 1, to: 12 },
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const weekdayForm: FieldForm = {
  ...{ name: 'weekday', from: 0, to: 7 },
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/** Throws a TypeError that says what is wrong with a field. */
export function daysOf(day: string, month: string, weekday: string): IsDay {
  const months = numbersIn(month, monthForm);
  const [, plus, weekdays = ''] = /^(\+?)(.*)$/.exec(weekday) ?? [];
  const [isMonthDay, isWeekday] = [anyOf(day, monthDay), anyOf(weekdays, weekdayOf)];
  const isEither = !plus && day !== '*' && weekdays !== '*';
  return (date) =>
    months.includes(date.month) &&
    (isEither ? isMonthDay(date) || isWeekday(date) : isMonthDay(date) && isWeekday(date));
}

function anyOf(field: string, read: (item: string) => IsDay): IsDay {
  const days = field.split(',').map(read);
  return (date) => days.some((isDay) => isDay(date));
}

/** Besides numbers: `L` the last day, `LW` the last working day, `15W` the working day that is nearest to the 15th. */
function monthDay(item: string): IsDay {
  const text = item.toUpperCase();
  if (text === 'L') return ({ day, lastDay }) => day === lastDay;
  if (text === 'LW') return (date) => date.day === nearestWorkday(date.lastDay, date);
  const [number, ...others] = itemNumbers(text.replace(/^(\d+)W$/, '$1'), dayForm);
  if (number === undefined) throw unfit(item, dayForm);
  if (text.endsWith('W')) return (date) => date.day === nearestWorkday(number, date);
  return ({ day }) => day === number || others.includes(day);
}

/** In the same month. Undefined when the month has no such day. */
function nearestWorkday(wanted: number, { day, weekday, lastDay }: CalendarDay) {
  if (wanted > lastDay) return;
  const wantedWeekday = (weekday + 35 + wanted - day) % 7;
  if (wantedWeekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (wantedWeekday === 0) return wanted === lastDay ? wanted - 2 : wanted + 1;
  return wanted;
}

/** Besides numbers and names: `MON#1` a month's first Monday, `FRI#L` or `FRIL` its last Friday. */
function weekdayOf(item: string): IsDay {
  const [, days = '', nth = '', last] = /^(.*?)(?:#([1-5L])|(L))?$/i.exec(item) ?? [];
  const weekdays = itemNumbers(days, weekdayForm).map((weekday) => weekday % 7);
  const isLast = last !== undefined || /L/i.test(nth);
  return ({ day, weekday, lastDay }) =>
    weekdays.includes(weekday) &&
    (isLast ? day > lastDay - 7 : !nth || Math.ceil(day / 7) === Number(nth));
}
