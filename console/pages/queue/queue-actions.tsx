// Pausing, resuming and emptying a queue.
import { useSignal } from '@preact/signals';
import type { QueueDetail } from '#client/queue-answers.ts';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Failed } from '#console/parts/states.tsx';
import { PurgeDialog } from './purge-dialog.tsx';

interface QueueActionsProps {
  readonly queue: QueueDetail;
  /** Called when something has changed. */
  readonly refresh: () => void;
}

export function QueueActions({ queue: { name, paused }, refresh }: QueueActionsProps) {
  const isPurging = useSignal(false);
  const action = useAction();
  const toggle = async () => {
    const isDone = await action.start(async () => {
      await (paused ? operations.resumeQueue(name) : operations.pauseQueue(name));
      return paused
        ? `${name} goes on.`
        : `${name} is paused: it accepts messages, and none is handled.`;
    });
    if (isDone) refresh();
  };
  return (
    <>
      <button type="button" onClick={toggle} disabled={action.isBusy}>
        {paused ? 'Resume' : 'Pause'}
      </button>
      <button
        type="button"
        class="danger"
        onClick={() => {
          isPurging.value = true;
        }}
      >
        Purge…
      </button>
      {action.problem && <Failed problem={action.problem} />}
      {isPurging.value && (
        <PurgeDialog
          queue={name}
          close={() => {
            isPurging.value = false;
            refresh();
          }}
        />
      )}
    </>
  );
}
