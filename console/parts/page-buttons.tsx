// From page to page of a list that is one part of a page among others, and so has no address of its own.
import type { Signal } from '@preact/signals';

interface PageButtonsProps {
  /** What is listed, such as "groups". */
  readonly of: string;
  /** Of the page that is shown; undefined on the first one. */
  readonly cursor: Signal<string | undefined>;
  /** Of the page after it. */
  readonly next: string | null;
}

export function PageButtons({ of, cursor, next }: PageButtonsProps) {
  if (cursor.value === undefined && next === null) return null;
  const go = (to: string | undefined) => () => {
    cursor.value = to;
  };
  return (
    <div class="actions">
      {cursor.value !== undefined && (
        <button type="button" onClick={go(undefined)}>
          First {of}
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={go(next)}>
          Next {of}
        </button>
      )}
    </div>
  );
}
