// Two streams: what a program reads on the one, what is for people on the other.
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Printer } from '#cli/print/printer.ts';

const written = { stdout: [] as string[], stderr: [] as string[] };
beforeEach(() => {
  written.stdout = [];
  written.stderr = [];
  const out = vi.spyOn(console, 'log').mockImplementation((line) => {
    written.stdout.push(line);
  });
  const error = vi.spyOn(console, 'error').mockImplementation((line) => {
    written.stderr.push(line);
  });
  onTestFinished(() => {
    out.mockRestore();
    error.mockRestore();
  });
});

/** A terminal of so many columns; some do not know theirs, and say 0. */
function onTerminal(columns: number): void {
  const names = ['isTTY', 'columns'] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(process.stdout, name));
  Object.defineProperty(process.stdout, 'isTTY', { configurable: true, value: true });
  Object.defineProperty(process.stdout, 'columns', { configurable: true, value: columns });
  onTestFinished(() => {
    for (const [n, name] of names.entries()) {
      const was = before[n];
      if (was) Object.defineProperty(process.stdout, name, was);
      else Reflect.deleteProperty(process.stdout, name);
    }
  });
}

const hostile = 'pay\u001b[2J\u009b31m\u202e日\r\nments';
const answer = { items: [{ name: hostile, count: 9_007_199_254_740_991, none: null, part: 0.1 }] };

test('--json prints the answer exactly, with nothing else and nothing that a terminal obeys', () => {
  const print = new Printer({ isJson: true });
  print.show(answer, () => 'text');
  print.line(answer, () => 'text');
  print.note('a note');
  expect(written.stdout.map((json) => JSON.parse(json))).toEqual([answer, answer]);
  expect(written.stdout[0]?.split('\n').slice(0, 3)).toEqual(['{', '  "items": [', '    {']);
  expect(written.stdout[1]).not.toContain('\n');
  for (const json of written.stdout)
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(written.stderr).toEqual([]);
});

test('whatever sentence a command makes of it, no escape sequence comes through but the colours', () => {
  const print = new Printer({ isJson: false });
  print.show(answer, () => `cancelled in ${hostile}.`);
  print.line(answer, () => `\u001b[32mdone\u001b[39m ${hostile}`);
  print.note(`More with --cursor ${hostile}`);
  expect(written).toEqual({
    stdout: [
      'cancelled in pay\\u001b[2J\\u009b31m\\u202e日\\u000d\nments.',
      '\u001b[32mdone\u001b[39m pay\\u001b[2J\\u009b31m\\u202e日\\u000d\nments',
    ],
    stderr: ['More with --cursor pay\\u001b[2J\\u009b31m\\u202e日\\u000d\nments'],
  });
});

test.each([
  ['cut on a terminal', 20, 'the bank did not…'],
  ['whole on one that does not know its width', 0, 'the bank did not answer'],
])('a table is %s', (_, columns, cell) => {
  onTerminal(columns);
  const text = new Printer({ isJson: false }).table(
    [{ n: 1, error: 'the bank did not answer' }],
    [
      { name: 'n', isNumber: true, of: ({ n }) => n },
      { name: 'error', gives: true, of: ({ error }) => error },
    ],
  );
  expect(text.split('\n').at(-1)).toBe(`1  ${cell}`);
});

test('a table is whole where there is no terminal', () => {
  const error = 'the bank did not answer '.repeat(20).trim();
  const print = new Printer({ isJson: false });
  const text = print.table([{ error }], [{ name: 'error', gives: true, of: (row) => row.error }]);
  expect(text).toBe(`error\n${error}`);
});
