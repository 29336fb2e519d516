// A result as psql shows it.
import type { QueryResult } from 'pg';

/** Rows under the names of their columns; for a statement that gives none, what it did. */
export function sqlTable({ fields, rows, command, rowCount }: QueryResult): string {
  if (fields.length === 0) return rowCount === null ? command : `${command} ${rowCount}`;
  const names = fields.map(({ name }) => name);
  const cells = rows.map((row) => names.map((name): string => row[name] ?? ''));
  const widths = names.map((name, column) =>
    Math.max(name.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const lineOf = (line: readonly string[]) =>
    ` ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')}`.trimEnd();
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return [lineOf(names), rule, ...cells.map(lineOf), count, ''].join('\n');
}
