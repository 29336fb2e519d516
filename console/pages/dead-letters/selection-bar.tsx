// What can be done to the letters that are selected, or to all that fit the filter.
import type { Signal } from '@preact/signals';
import type { DeadLetter } from '#client/dead-letter-answers.ts';
import type { FilterTexts } from '#console/pages/messages/message-filter.ts';
import { counted } from '#console/parts/words.ts';
import { choiceOfFilter, choicesOfLetters, letterKey } from './choices.ts';
import type { Intent } from './deed.ts';
import type { Deed } from './portions.ts';

export interface SelectionBarProps {
  /** At least one. */
  readonly items: readonly DeadLetter[];
  readonly filter: FilterTexts;
  readonly selected: Signal<ReadonlySet<string>>;
  /** Only there the newest letter is known, up to which "all" goes. */
  readonly isFirstPage: boolean;
  readonly choose: (intent: Intent) => void;
}

export function SelectionBar({ items, filter, selected, isFirstPage, choose }: SelectionBarProps) {
  const letters = items.filter((letter) => selected.value.has(letterKey(letter)));
  const areAll = letters.length === items.length;
  const toggleAll = () => {
    selected.value = new Set(areAll ? [] : items.map(letterKey));
  };
  const ofSelected = (deed: Deed) => () =>
    choose({ deed, what: 'that are selected', choices: choicesOfLetters(letters) });
  const newestAt = items[0]?.diedAt ?? '';
  const isFiltered = Object.keys(filter).length > 0;
  const what = isFiltered ? 'that fit the filter' : 'of all queues';
  const ofAll = (deed: Deed) => () =>
    choose({ deed, what, choices: [choiceOfFilter(filter, newestAt)] });
  return (
    <fieldset class="selection">
      <legend class="unseen">Redrive or discard</legend>
      <label class="check">
        <input type="checkbox" checked={areAll} onChange={toggleAll} /> All on this page
      </label>
      {letters.length > 0 ? (
        <Deeds of={counted(letters.length, 'selected letter')} act={ofSelected} />
      ) : (
        isFirstPage && <Deeds of={isFiltered ? `all ${what}` : 'all'} act={ofAll} />
      )}
    </fieldset>
  );
}

function Deeds({ of, act }: { readonly of: string; readonly act: (deed: Deed) => () => void }) {
  return (
    <>
      <button type="button" onClick={act('redrive')}>
        Redrive {of}…
      </button>
      <button type="button" class="danger" onClick={act('discard')}>
        Discard {of}…
      </button>
    </>
  );
}
