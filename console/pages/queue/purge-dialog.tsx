// Emptying a queue: what waits is cancelled, a portion at a time, for as long as there is more.
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Confirm } from '#console/parts/confirm.tsx';
import { counted } from '#console/parts/words.ts';

interface PurgeDialogProps {
  readonly queue: string;
  readonly close: () => void;
}

/** Small enough that a stop comes soon, and that the queue is not locked for long. */
const portion = 1_000;

export function PurgeDialog({ queue, close }: PurgeDialogProps) {
  const cancelled = useSignal(0);
  const isStopped = useRef(false);
  const action = useAction();
  const purge = () =>
    action.start(async () => {
      for (let more = true; more && !isStopped.current; ) {
        const answer = await operations.purgeQueue(queue, { limit: portion });
        cancelled.value += answer.cancelled;
        more = answer.more;
      }
      const done = `${counted(cancelled.value, 'message')} of ${queue} cancelled`;
      return isStopped.current ? `${done}; the others are as they were.` : `${done}.`;
    });
  const leave = () => {
    isStopped.current = true;
    close();
  };
  return (
    <Confirm
      title={`Purge ${queue}`}
      verb="Purge"
      typed={queue}
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={async () => {
        if (await purge()) leave();
      }}
      close={leave}
    >
      <p>
        Everything that waits in this queue is cancelled, for good. What is being processed goes on,
        and dead letters stay.
      </p>
      {action.isBusy && (
        <p role="status">
          <progress aria-label="Purging" /> {counted(cancelled.value, 'message')} cancelled so far.
        </p>
      )}
    </Confirm>
  );
}
