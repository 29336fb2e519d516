// What can be done with a message: delivering it again, taking back what has not started, or sending what its handlers wait for.
import { useSignal } from '@preact/signals';
import type { MessageStatus } from '#client/message-answers.ts';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { mayOperate } from '#console/session/session.ts';
import { awaitedEvents } from './awaited-events.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { EventDialog } from './event-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

interface MessageActionsProps {
  readonly message: MessageStatus;
  /** Told when something was done. */
  readonly changed: () => void;
}

type Deed = 'replay' | 'cancel' | { readonly event: string };

export function MessageActions({ message, changed }: MessageActionsProps) {
  const open = useSignal<Deed | undefined>(undefined);
  const events = awaitedEvents(message);
  if (!mayOperate.value)
    return (
      <NeedsOperate
        to={events.length > 0 ? 'send it events, replay or cancel it' : 'replay or cancel it'}
      />
    );
  const close = () => {
    open.value = undefined;
  };
  const done = () => {
    close();
    changed();
  };
  const show = (which: Deed) => () => {
    open.value = which;
  };
  const isWaiting = message.deliveries.some(
    ({ status }) => status === 'pending' || status === 'scheduled' || status === 'blocked',
  );
  return (
    <>
      {events.map((event) => (
        <button key={event} type="button" onClick={show({ event })}>
          Send <bdi>{event}</bdi>…
        </button>
      ))}
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
      {typeof open.value === 'object' && (
        <EventDialog id={message.id} name={open.value.event} done={done} close={close} />
      )}
    </>
  );
}
