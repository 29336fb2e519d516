// One field of a cron expression: a list of numbers, names, ranges and steps. What only days know, such as `L` and
// `MON#1`, is read in cron-days.ts.

/** What a field may say. Names stand for the numbers from `from` on, in order. */
export interface FieldForm {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

/** The numbers that a field names, ascending and each once. Throws a TypeError that says what is wrong. */
export function numbersIn(text: string, form: FieldForm): number[] {
  const numbers = text.split(',').flatMap((item) => itemNumbers(item, form));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The numbers of one item of a list: a number or name, a range, or all; the last two perhaps with a step. */
export function itemNumbers(item: string, form: FieldForm): number[] {
  const [, range = '', first = '', last = first, stepText = '1'] =
    /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  const isAll = range === '*';
  const step = Number(stepText);
  const start = isAll ? form.from : numberOf(first, form);
  const end = isAll ? form.to : rangeEnd(start, last, form);
  const isSteppedNumber = !isAll && range === first && item !== first;
  const isFit = start >= form.from && end <= form.to && start <= end;
  if (!isFit || isSteppedNumber || step < 1 || step > form.to - form.from + 1)
    throw unfit(item, form);
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, n) => start + n * step);
}

/** Not a number where the text is neither a number nor a name. */
function numberOf(text: string, { from, names = [] }: FieldForm): number {
  const index = names.indexOf(text.toUpperCase());
  if (index >= 0) return from + index;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** A week may end with Sunday, which is 7 then: FRI-SUN. */
function rangeEnd(start: number, text: string, form: FieldForm): number {
  const end = numberOf(text, form);
  return end === 0 && start > 0 && form.to === 7 ? 7 : end;
}

/** Says what the field may be. */
export function unfit(item: string, { name, from, to }: FieldForm): TypeError {
  return new TypeError(
    `${name} is ${from} to ${to}, a range such as 2-5, a step such as */2, or a list; got "${item}"`,
  );
}
