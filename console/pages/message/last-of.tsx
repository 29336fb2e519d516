// The last ones of a list that may be long, and all of it for who asks: the last ones say where something stands.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

const shownAtFirst = 10;

interface LastOfProps<Item> {
  readonly items: readonly Item[];
  /** Such as "attempts". */
  readonly what: string;
  readonly children: (shown: readonly Item[]) => ComponentChildren;
}

export function LastOf<Item>({ items, what, children }: LastOfProps<Item>) {
  const isWhole = useSignal(false);
  const shown = isWhole.value ? items : items.slice(-shownAtFirst);
  const showAll = () => {
    isWhole.value = true;
  };
  return (
    <>
      {shown.length < items.length && (
        <button type="button" class="plain" onClick={showAll}>
          Show all {items.length} {what}
        </button>
      )}
      {children(shown)}
    </>
  );
}
