// Asks before something is done that cannot be undone.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Problem } from '#console/api/problem.ts';
import { Dialog } from './dialog.tsx';
import { Failed } from './states.tsx';

export interface ConfirmProps {
  readonly title: string;
  /** What the button says, such as "Purge". */
  readonly verb: string;
  /** What has to be typed before the button works. Default: nothing. */
  readonly typed?: string | undefined;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  readonly confirm: () => void;
  readonly close: () => void;
  /** What will happen. */
  readonly children: ComponentChildren;
}

export function Confirm(props: ConfirmProps) {
  const { title, verb, typed = '', isBusy, problem, confirm, close, children } = props;
  const given = useSignal('');
  const id = useId();
  const isReady = given.value === typed && !isBusy;
  const submit = (event: Event) => {
    event.preventDefault();
    if (isReady) confirm();
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={submit}>
        {children}
        {typed !== '' && (
          <p>
            <label for={id}>
              Type <code>{typed}</code> to confirm
            </label>
            <input
              id={id}
              value={given.value}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => {
                given.value = event.currentTarget.value;
              }}
            />
          </p>
        )}
        {problem && <Failed problem={problem} />}
        <div class="dialog-foot">
          <button type="button" onClick={close}>
            {isBusy ? 'Stop' : 'Leave it'}
          </button>
          <button type="submit" class="danger" disabled={!isReady}>
            {isBusy ? 'Under way…' : verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
