// What can be done with a message: delivering it again, or taking back what has not started.
import { useSignal } from '@preact/signals';
import type { MessageStatus } from '#client/message-answers.ts';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { mayOperate } from '#console/session/session.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

interface MessageActionsProps {
  readonly message: MessageStatus;
  /** Told when something was done. */
  readonly changed: () => void;
}

export function MessageActions({ message, changed }: MessageActionsProps) {
  const open = useSignal<'replay' | 'cancel' | undefined>(undefined);
  if (!mayOperate.value) return <NeedsOperate to="replay or cancel it" />;
  const close = () => {
    open.value = undefined;
  };
  const done = () => {
    close();
    changed();
  };
  const show = (which: 'replay' | 'cancel') => () => {
    open.value = which;
  };
  const isWaiting = message.deliveries.some(
    ({ status }) => status === 'pending' || status === 'scheduled' || status === 'blocked',
  );
  return (
    <>
      <button type="button" onClick={show('replay')}>
        Replay…
      </button>
      {isWaiting && (
        <button type="button" class="danger" onClick={show('cancel')}>
          Cancel…
        </button>
      )}
      {open.value === 'replay' && <ReplayDialog message={message} done={done} close={close} />}
      {open.value === 'cancel' && <CancelDialog message={message} done={done} close={close} />}
    </>
  );
}
