// From page to page of a list. Each page has its own address, so the browser's way back leads to the one before.
import { type FilterTexts, filterQuery } from './message-filter.ts';

interface PageLinksProps {
  readonly path: string;
  readonly filter: FilterTexts;
  /** Of the page that is shown; undefined on the first one. */
  readonly cursor: string | undefined;
  /** Of the page after it. */
  readonly next: string | null;
  /** Lists begin with the newest unless they say so. */
  readonly isOldestFirst?: boolean;
}

export function PageLinks({ path, filter, cursor, next, isOldestFirst }: PageLinksProps) {
  if (cursor === undefined && next === null) return null;
  const [first, following] = isOldestFirst ? ['Oldest', 'newer'] : ['Newest', 'older'];
  return (
    <nav class="page-links" aria-label="Older and newer">
      {cursor !== undefined && (
        <a href={path + filterQuery(filter)} onClick={begin}>
          {first}
        </a>
      )}
      {next !== null && (
        <a href={path + filterQuery({ ...filter, cursor: next })} onClick={begin}>
          Go on to {following} ones
        </a>
      )}
    </nav>
  );
}

/** The rows of the next page begin at the top, and so do the reader and the keyboard. */
function begin(): void {
  scrollTo(0, 0);
  document.querySelector('h1')?.focus();
}
