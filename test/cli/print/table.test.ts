import { expect, test } from 'vitest';
import { widthOf } from '#cli/print/plain.ts';
import { type Column, facts, table } from '#cli/print/table.ts';

interface Row {
  readonly name: string | null;
  readonly count: number;
  readonly error?: string;
}

const columns: readonly Column<Row>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'count', isNumber: true, of: ({ count }) => count },
  { name: 'error', gives: true, of: ({ error }) => error },
];

const style = (width?: number) => ({ width, head: (text: string) => text });
const lines = (rows: readonly Row[], width?: number) =>
  table(rows, columns, style(width)).split('\n');

test('columns are as wide as they have to be, numbers stand to the right, and no line ends with spaces', () => {
  const rows = [
    { name: 'a', count: 7, error: 'no use' },
    { name: 'payments', count: 12_345 },
    { name: null, count: 0 },
  ];
  expect(lines(rows)).toEqual([
    'name      count  error',
    'a             7  no use',
    'payments  12345  -',
    '-             0  -',
  ]);
});

test('one without rows is its names', () => {
  expect(lines([])).toEqual(['name  count  error']);
  expect(lines([], 5)).toEqual(['name  count  error']);
});

test('wide signs and accents keep the columns in line', () => {
  const [, ...rows] = lines([
    { name: '日本', count: 1, error: 'x' },
    { name: 'e\u0301', count: 1, error: 'x' },
    { name: '🎉', count: 1, error: 'x' },
  ]);
  expect(rows.map(widthOf)).toEqual([14, 14, 14]);
});

test('a cell of somebody else keeps to its line', () => {
  const [, row, ...more] = lines([{ name: 'a\u001b[2J\nb', count: 1, error: '\u202e\r' }]);
  expect(row).toBe('a\\u001b[2J\\nb      1  \\u202e\\u000d');
  expect(more).toEqual([]);
});

test.each([40, 30, 29])(
  'on a terminal of %i columns the one that gives is cut, and all lines fit',
  (width) => {
    const rows = [
      { name: 'payments', count: 1, error: 'the bank did not answer in time' },
      { name: 'payments', count: 2, error: '銀行が時間内に応答しませんでした' },
      { name: 'payments', count: 3, error: 'short' },
    ];
    const cut = lines(rows, width);
    expect(Math.max(...cut.map(widthOf))).toBeLessThanOrEqual(width);
    expect(cut.map((line) => line.endsWith('…'))).toEqual([false, true, true, false]);
  },
);

test('on one that is narrower still something of it is left, and the rest is whole', () => {
  const [, row] = lines([{ name: 'payments', count: 1, error: 'the bank did not answer' }], 10);
  expect(row).toBe('payments      1  the bank di…');
});

test('a colour is around the cell, and its width counts for nothing', () => {
  const paint = (cell: string) => `\u001b[31m${cell}\u001b[39m`;
  const painted = [{ ...columns[0], paint } as Column<Row>, ...columns.slice(1)];
  const rows = [
    { name: 'a', count: 1 },
    { name: 'long', count: 1 },
  ];
  expect(table(rows, painted, style(80)).split('\n')).toEqual([
    'name  count  error',
    '\u001b[31ma   \u001b[39m      1  -',
    '\u001b[31mlong\u001b[39m      1  -',
  ]);
});

test('facts stand below each other, without those that are not known', () => {
  expect(
    facts([
      ['queue', 'pay\u001b[2J'],
      ['depth', 0],
      ['rate', null],
      ['subscribes to', undefined],
    ]),
  ).toBe('queue  pay\\u001b[2J\ndepth  0');
  expect(facts([])).toBe('');
});
