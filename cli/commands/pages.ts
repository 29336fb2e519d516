// What is said of a page that is not the last one. Programs have `nextCursor` in their JSON.

import type { Printer } from '#cli/print/printer.ts';
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
  print.note(`There is more:${until} the same command with --cursor ${nextCursor}`);
}
