// Parses JSON that others have written. Node 24's own parser mixes up the field names of two texts: after it has read
// {"a": 1, "stra\\u": 2}, whose second name ends in a backslash and a u, it may read {"a": 1, "stra\u00dfe": 2} as if it
// had that name as well. V8 guesses that the next object has the same names as the last one, and compares the guess with
// the text as it is written, without looking for escapes. A name without escapes it never gets wrong, so names are written
// without them before it reads the text.
// See docs/decisions/0019-field-names-in-json.md, also for when this can go.

import { isObject } from './is-object.ts';

type Reviver = NonNullable<Parameters<typeof JSON.parse>[1]>;

/**
 * As JSON.parse, for every text with names that others have chosen. Throws a SyntaxError as JSON.parse does. A reviver
 * may get another name than the text has, one that the text does not have.
 */
export function parseJson(text: string, reviver?: Reviver): unknown {
  if (!hasEscapedName(text)) return JSON.parse(text, reviver);
  const plain = withPlainNames(text);
  const value: unknown = JSON.parse(plain.text, reviver);
  return plain.standIns.size > 0 ? withNamesBack(value, plain.standIns) : value;
}

/** A long text has few colons: to look for them takes a tenth of the time in which a regular expression walks through all of it. */
function hasEscapedName(text: string): boolean {
  const firstEscape = text.indexOf('\\');
  // Most texts have none at all.
  if (firstEscape < 0) return false;
  for (
    let colon = text.indexOf(':', firstEscape);
    colon >= 0;
    colon = text.indexOf(':', colon + 1)
  ) {
    const close = beforeBlanks(text, colon);
    if (text[close] !== '"') continue;
    const backslashes = backslashesBefore(text, close);
    // An escaped quote closes no name: it is in a text, as the colon is.
    if (backslashes % 2 === 1) continue;
    const open = text.lastIndexOf('"', close - 1);
    if (backslashes > 0 || text[open - 1] === '\\') return true;
    if (text.slice(open, close).includes('\\')) return true;
  }
  return false;
}

/** Where the last sign before `end` is that JSON gives a meaning. */
function beforeBlanks(text: string, end: number): number {
  let at = end - 1;
  while (blanks.has(text[at])) at -= 1;
  return at;
}

const blanks: ReadonlySet<string | undefined> = new Set([' ', '\n', '\r', '\t']);

// A quote, a backslash and control characters cannot be written without an escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const needsEscape = /["\\\u0000-\u001f]/;

interface Plain {
  readonly text: string;
  /** The names that need an escape, by what the text has in their place. */
  readonly standIns: ReadonlyMap<string, string>;
}

function withPlainNames(text: string): Plain {
  const standIns = new Map<string, string>();
  const given = new Map<string, string>();
  // Not a number, since objects put those before all other names.
  const unheardOf = `_${crypto.randomUUID().slice(0, 8)}_`;
  const written = (name: string) => {
    if (!needsEscape.test(name)) return name;
    const standIn = given.get(name) ?? `${unheardOf}${given.size}`;
    given.set(name, standIn);
    standIns.set(standIn, name);
    return standIn;
  };
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end } of escapedNames(text)) {
    const name: unknown = JSON.parse(text.slice(start, end));
    parts.push(text.slice(copied, start), '"', written(String(name)), '"');
    copied = end;
  }
  parts.push(text.slice(copied));
  return { text: parts.join(''), standIns };
}

interface Stretch {
  /** Of the opening quote. */
  readonly start: number;
  /** Behind the closing quote. */
  readonly end: number;
}

function* escapedNames(text: string): Generator<Stretch> {
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfText(text, start);
    if (isName(text, end) && text.slice(start, end).includes('\\')) yield { start, end };
    start = text.indexOf('"', end);
  }
}

/** Behind the closing quote of the text that opens at `start`; the end of everything, where no quote closes it. */
export function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    if (backslashesBefore(text, quote) % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** An even number of them are escaped backslashes; an odd one escapes the quote that they stand before. */
function backslashesBefore(text: string, quote: number): number {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes;
}

const nextSign = /\s*(.)/sy;

function isName(text: string, end: number): boolean {
  nextSign.lastIndex = end;
  return nextSign.exec(text)?.[1] === ':';
}

/** Without calling itself: the text may be nested more deeply than a stack is. */
function withNamesBack(value: unknown, standIns: ReadonlyMap<string, string>): unknown {
  const whole: unknown[] = [value];
  const waiting: object[] = [whole];
  for (let next = waiting.pop(); next; next = waiting.pop())
    for (const [name, member] of Object.entries(next)) {
      if (!isObject(member)) continue;
      const renamed = withOwnNames(member, standIns);
      if (renamed !== member) Reflect.set(next, name, renamed);
      waiting.push(renamed);
    }
  return whole[0];
}

function withOwnNames(object: object, standIns: ReadonlyMap<string, string>): object {
  const names = Object.keys(object);
  if (!names.some((name) => standIns.has(name))) return object;
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [standIns.get(name) ?? name, value]),
  );
}
