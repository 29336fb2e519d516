// Pausing a fairness key that is typed in: it need not have anything waiting.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';

interface PauseKeyProps {
  readonly isBusy: boolean;
  /** Answers whether it was done. */
  readonly pause: (fairnessKey: string) => Promise<boolean>;
}

export function PauseKey({ isBusy, pause }: PauseKeyProps) {
  const given = useSignal('');
  const id = useId();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await pause(given.value)) given.value = '';
  };
  return (
    <form class="actions" onSubmit={submit}>
      <label for={id}>Another key</label>
      <input
        id={id}
        value={given.value}
        required
        maxlength={200}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          given.value = event.currentTarget.value;
        }}
      />
      <button type="submit" aria-disabled={isBusy}>
        Pause it
      </button>
    </form>
  );
}
