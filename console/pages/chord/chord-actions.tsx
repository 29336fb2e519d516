// Cancelling a chord: a portion of its members at a time, for as long as there are more.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ChordStatus } from '#client/chord-answers.ts';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { Confirm } from '#console/parts/confirm.tsx';
import { count } from '#console/parts/words.ts';
import { mayOperate } from '#console/session/session.ts';

interface ChordActionsProps {
  readonly chord: ChordStatus;
  /** Told when something was done. */
  readonly changed: () => void;
}

export function ChordActions({ chord, changed }: ChordActionsProps) {
  const isOpen = useSignal(false);
  // Of one that was cancelled messages may be left, if somebody stopped in the middle.
  if (chord.status === 'ended' || (chord.status === 'cancelled' && chord.live === 0)) return null;
  if (!mayOperate.value) return <NeedsOperate to="cancel it" />;
  const show = (shown: boolean) => () => {
    isOpen.value = shown;
    if (!shown) changed();
  };
  return (
    <>
      <button type="button" class="danger" onClick={show(true)}>
        Cancel…
      </button>
      {isOpen.value && <CancelDialog id={chord.id} close={show(false)} />}
    </>
  );
}

function CancelDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const isStopped = useRef(false);
  const action = useAction();
  const leave = () => {
    isStopped.current = true;
    close();
  };
  const confirm = async () => {
    const succeeded = await action.start(async () => {
      let sum = 0;
      let more = true;
      while (more && !isStopped.current) {
        const answer = await operations.cancelChord(id);
        sum += answer.cancelled;
        more = answer.more;
      }
      const done = `The chord is cancelled, and ${count(sum)} of its deliveries`;
      return more ? `${done}; others still wait, and can be cancelled from here.` : `${done}.`;
    });
    if (succeeded) leave();
  };
  return (
    <Confirm
      title="Cancel this chord"
      verb="Cancel chord"
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={confirm}
      close={leave}
    >
      <p>
        Nothing follows it, nothing joins it any more, and its messages that nobody has started are
        cancelled. What is being processed goes on.
      </p>
    </Confirm>
  );
}
