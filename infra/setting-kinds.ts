// What a value of the CDK context may be. cdk.json has JSON; `--context` has texts only, so "true" and "8" are understood.
import { isInRange, type Range, rangeText } from '#infra/function/in-range.ts';

/** One kind of value: how it is read, and the words that tell people what it is. */
export interface Kind<Value> {
  /** Ends the sentence "The setting "stage" is …". */
  readonly is: string;
  /** Undefined: the value is not of this kind. */
  readonly read: (value: unknown) => Value | undefined;
}

/** A text that matches as a whole. */
export function text(is: string, pattern: RegExp): Kind<string> {
  const whole = new RegExp(`^(?:${pattern.source})$`);
  return {
    is,
    read: (value) => (typeof value === 'string' && whole.test(value) ? value : undefined),
  };
}

export const flag: Kind<boolean> = {
  is: 'true or false',
  read: (value) => {
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  },
};

export function wholeNumber(range: Range): Kind<number> {
  return {
    is: rangeText(range),
    read: (value) => {
      const number = numberOf(value);
      return number !== undefined && isInRange(number, range) ? number : undefined;
    },
  };
}

/** One of these texts or numbers. */
export function oneOf<Value extends string | number>(values: readonly Value[]): Kind<Value> {
  return {
    is: `one of ${values.join(', ')}`,
    read: (given) => values.find((value) => value === given || String(value) === given),
  };
}

/** True or false, or how many of `of`, such as "hours": a number within the range, both ends included. */
export function flagOrNumber(from: number, to: number, of: string): Kind<boolean | number> {
  return {
    is: `true, false, or a number of ${of} from ${from} to ${to}`,
    read: (value) => flag.read(value) ?? numberWithin(value, from, to),
  };
}

function numberWithin(value: unknown, from: number, to: number): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= from && number <= to ? number : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

/** Texts in an array, or separated by commas. */
export function list(is: string): Kind<readonly string[]> {
  return {
    is: `${is}, separated by commas`,
    read: (value) => {
      const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
      return isTexts(items) ? items : undefined;
    },
  };
}

/** Some of these names, in the order in which they are given. */
export function choices<Name extends string>(names: readonly Name[]): Kind<readonly Name[]> {
  const { read } = list('names');
  return {
    is: `one or several of ${names.join(', ')}, separated by commas`,
    read: (value) => {
      const chosen = read(value)?.map((item) => names.find((name) => name === item));
      return chosen?.every((name) => name !== undefined) ? chosen : undefined;
    },
  };
}

/** True or false, or one of the texts. */
export function flagOrOneOf<Word extends string>(...words: readonly Word[]): Kind<boolean | Word> {
  return {
    is: `true, false, ${words.map((word) => `"${word}"`).join(' or ')}`,
    read: (value) => flag.read(value) ?? words.find((word) => word === value),
  };
}

/** Names with texts; on the command line as JSON. */
export function texts(is: string): Kind<Readonly<Record<string, string>>> {
  return {
    is: `${is}, as a JSON object of texts`,
    read: (value) => {
      const object = typeof value === 'string' ? parsed(value) : value;
      return isObject(object) && isTexts(Object.values(object))
        ? (object as Record<string, string>)
        : undefined;
    },
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
