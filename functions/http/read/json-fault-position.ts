// Finds the place where a text stops being JSON. JSON.parse tells it only sometimes, and then quotes the text, which is
// the caller's payload. This runs only on texts that JSON.parse has refused already.

interface Scan {
  readonly text: string;
  at: number;
  expected: 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';
  /** The closing brackets of the objects and arrays that are open, the innermost last. */
  readonly closers: string[];
}

const blank = /[ \t\n\r]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Many at once, but not so many that the regular expression's own stack would overflow.
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const characters = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})){1,10000}/y;

/** The index of the first character that cannot be right; the text's length when the text ends too early. */
export function jsonFaultPosition(text: string): number {
  const scan: Scan = { text, at: 0, expected: 'value', closers: [] };
  do take(scan, blank);
  while (step(scan, text.charAt(scan.at)));
  return scan.at;
}

function step(scan: Scan, next: string): boolean {
  if (scan.expected === `value or ${next}` || scan.expected === `name or ${next}`)
    return close(scan);
  switch (scan.expected) {
    case ', or end':
      return next === scan.closers.at(-1) ? close(scan) : takeComma(scan, next);
    case ':':
      return next === ':' && advance(scan, 'value');
    case 'name':
    case 'name or }':
      return takeString(scan) && expect(scan, ':');
    case 'value':
    case 'value or ]':
      return takeValue(scan, next);
  }
}

function takeValue(scan: Scan, next: string): boolean {
  if (next === '{') return open(scan, '}', 'name or }');
  if (next === '[') return open(scan, ']', 'value or ]');
  return (next === '"' ? takeString(scan) : take(scan, literal)) && expect(scan, ', or end');
}

function takeString(scan: Scan): boolean {
  if (scan.text[scan.at] !== '"') return false;
  scan.at += 1;
  while (take(scan, characters));
  if (scan.text[scan.at] !== '"') return false;
  scan.at += 1;
  return true;
}

function takeComma(scan: Scan, next: string): boolean {
  const closer = scan.closers.at(-1);
  return next === ',' && closer !== undefined && advance(scan, closer === '}' ? 'name' : 'value');
}

function open(scan: Scan, closer: string, expected: Scan['expected']): boolean {
  scan.closers.push(closer);
  return advance(scan, expected);
}

function close(scan: Scan): boolean {
  scan.closers.pop();
  return advance(scan, ', or end');
}

function advance(scan: Scan, expected: Scan['expected']): boolean {
  scan.at += 1;
  return expect(scan, expected);
}

function expect(scan: Scan, expected: Scan['expected']): boolean {
  scan.expected = expected;
  return true;
}

function take(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at;
  if (!pattern.test(scan.text)) return false;
  const hasMoved = pattern.lastIndex > scan.at;
  scan.at = pattern.lastIndex;
  return hasMoved;
}
