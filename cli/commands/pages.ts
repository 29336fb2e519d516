// What is said of a page that is full, behind which there may be another one. Programs have `nextCursor` in their JSON.

import type { Printer } from '#cli/print/printer.ts';
import type { Column } from '#cli/print/table.ts';
import { instantText } from '#cli/print/time.ts';
import type { Page } from '#client/common-answers.ts';

/** searchedTo: how far back a page has looked that is not full. */
export function noteMore(
  { nextCursor }: Pick<Page<unknown>, 'nextCursor'>,
  print: Printer,
  searchedTo: string | null = null,
): void {
  if (nextCursor === null) return;
  const until = searchedTo === null ? '' : ` Looked as far back as ${instantText(searchedTo)}.`;
  print.note(`There may be more:${until} the same command with --cursor ${nextCursor}`);
}

/** The lines of a first page among other lines, behind an empty one; none of a page without rows. */
export function tableLines<Row>(
  {
    items,
    nextCursor = null,
  }: { readonly items: readonly Row[]; readonly nextCursor?: string | null },
  columns: readonly Column<Row>[],
  print: Printer,
): readonly string[] {
  if (items.length === 0) return [];
  return [
    '',
    print.table(items, columns),
    ...(nextCursor === null ? [] : ['There may be more than these.']),
  ];
}
