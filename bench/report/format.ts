import type { Column } from './section.ts';
import type { Spread } from './summary.ts';

export const grouped = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The median, and in brackets the least and the most where that is worth the room. */
export function formatSpread(spread: Spread | undefined, column: Column): string {
  if (!spread) return '';
  const { factor = 1, digits } = column;
  const written = (value: number) => grouped(value * factor, digits);
  if (!column.spread || spread.count < 2) return written(spread.median);
  return `${written(spread.median)} (${written(spread.least)}–${written(spread.most)})`;
}

export const times = (ratio: number): string => `${grouped(ratio, 2)} ×`;

/** One ratio, or the range of several; empty for none. */
export function timesRange(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  if (ratios.length === 0) return '';
  return grouped(least, 2) === grouped(most, 2)
    ? times(most)
    : `${grouped(least, 2)}–${times(most)}`;
}

/** Numbers of targets: as exact as their size asks for. */
export const roughly = (value: number): string => grouped(value, value < 100 ? 2 : 0);

export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, n) => (n === 0 ? '---' : '---:'));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}
