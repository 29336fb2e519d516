// Delivers a message again, to one queue or to all that subscribe to its type now.
import { useSignal } from '@preact/signals';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Confirm } from '#console/parts/confirm.tsx';
import { isLive } from './attempt-rows.ts';
import type { MessageDialogProps } from './cancel-dialog.tsx';

export function ReplayDialog({ message, done, close }: MessageDialogProps) {
  const action = useAction();
  /** Empty: all. */
  const queue = useSignal('');
  const confirm = async () => {
    const chosen = queue.value;
    const succeeded = await action.start(async () => {
      const { queues } = await operations.replayMessage(
        message.id,
        chosen ? { queue: chosen } : {},
      );
      if (queues.length === 0) return 'It is still live there, so it was not replayed.';
      return `Replayed to ${queues.join(', ')}.`;
    });
    if (succeeded) done();
  };
  return (
    <Confirm
      title="Replay this message"
      verb="Replay"
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={confirm}
      close={close}
    >
      <p>
        Its handlers run again, with all their attempts before them. Queues in which it is live are
        left out.
      </p>
      <label>
        <span>Deliver to</span>
        <select
          value={queue.value}
          onChange={(event) => {
            queue.value = event.currentTarget.value;
          }}
        >
          <option value="">all queues that subscribe to its type now</option>
          {message.deliveries.map(({ queue: name, status }) => (
            <option key={name} value={name} disabled={isLive(status)}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </Confirm>
  );
}
