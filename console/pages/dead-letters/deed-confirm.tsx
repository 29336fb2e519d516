// Says what a dry run has counted, and asks. Giving up many letters takes a typed word: it cannot be undone.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { cappedCount } from '#console/parts/words.ts';
import type { Counted, Deed } from './portions.ts';

/** From so many on a discard is confirmed by typing. */
const many = 10;

interface DeedConfirmProps {
  readonly deed: Deed;
  readonly what: string;
  readonly counted: Counted;
  readonly confirm: (counted: Counted) => void;
  readonly close: () => void;
}

export function DeedConfirm({ deed, what, counted, confirm, close }: DeedConfirmProps) {
  const { matched, more } = counted;
  const word = useSignal('');
  const id = useId();
  const isTyped = deed === 'discard' && matched >= many;
  const isReady = matched > 0 && (!isTyped || word.value === 'discard');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isReady) confirm(counted);
  };
  return (
    <form onSubmit={submit}>
      <p>
        <b>
          {cappedCount(matched, more)} {matched === 1 && !more ? 'letter' : 'letters'}
        </b>{' '}
        <bdi>{what}</bdi>. {matched > 0 ? effects[deed] : 'There is nothing to do.'}
      </p>
      {isTyped && (
        <p>
          <label for={id}>
            Type <code>discard</code> to confirm
          </label>
          <input
            id={id}
            value={word.value}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => {
              word.value = event.currentTarget.value;
            }}
          />
        </p>
      )}
      <div class="dialog-foot">
        <button type="button" onClick={close}>
          Leave them
        </button>
        <button type="submit" class={deed === 'discard' ? 'danger' : 'main'} disabled={!isReady}>
          {deed === 'redrive' ? 'Redrive' : 'Discard'} {cappedCount(matched, more)}
        </button>
      </div>
    </form>
  );
}

const effects: Readonly<Record<Deed, string>> = {
  redrive: 'They are sent round again, with all their attempts before them.',
  discard:
    'They are given up: no longer dead letters, but cancelled. Their messages stay, and can be replayed.',
};
