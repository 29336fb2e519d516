// Rows under the names of their columns, as wide as they have to be.
import { cutTo, plain, widthOf } from './plain.ts';

export interface Column<Row> {
  readonly name: string;
  readonly of: (row: Row) => string | number | null | undefined;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  /** Whether it is cut where the terminal is too narrow; one of a table's columns at most. */
  readonly gives?: boolean;
  /** Colours a cell that is padded already. */
  readonly paint?: (cell: string, row: Row) => string;
}

interface TableStyle {
  /** Of the terminal; undefined where nothing has to be cut. */
  readonly width: number | undefined;
  readonly head: (text: string) => string;
}

const gap = '  ';
const narrowest = 12;

/** Without a line break at its end. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, head }: TableStyle,
): string {
  const cells = rows.map((row) => columns.map((column) => plain(String(column.of(row) ?? '-'))));
  const widths = columns.map((column, n) =>
    Math.max(widthOf(column.name), ...cells.map((line) => widthOf(line[n] ?? ''))),
  );
  const giving = columns.findIndex(({ gives }) => gives);
  const whole = widths.reduce((sum, each) => sum + each + gap.length, -gap.length);
  const most = widths[giving];
  if (width !== undefined && most !== undefined && whole > width)
    widths[giving] = Math.max(Math.min(narrowest, most), most - (whole - width));
  const padded = (text: string, n: number) => {
    const cut = cutTo(text, widths[n] ?? 0);
    const space = ' '.repeat((widths[n] ?? 0) - widthOf(cut));
    return columns[n]?.isNumber ? space + cut : cut + space;
  };
  const names = columns.map(({ name }, n) => padded(name, n)).join(gap);
  const lines = cells.map((line, index) =>
    line.map((cell, n) => painted(columns[n], padded(cell, n), rows[index])).join(gap),
  );
  return [head(names.trimEnd()), ...lines.map((line) => line.trimEnd())].join('\n');
}

function painted<Row>(column: Column<Row> | undefined, cell: string, row: Row | undefined): string {
  return column?.paint && row !== undefined ? column.paint(cell, row) : cell;
}

/** Names and values below each other; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | number | null | undefined])[]) {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`).join('\n');
}
