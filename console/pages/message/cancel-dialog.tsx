// Cancels the deliveries of a message that nobody has started.
import type { MessageStatus } from '#client/message-answers.ts';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Confirm } from '#console/parts/confirm.tsx';

export interface MessageDialogProps {
  readonly message: MessageStatus;
  readonly done: () => void;
  readonly close: () => void;
}

export function CancelDialog({ message, done, close }: MessageDialogProps) {
  const action = useAction();
  const confirm = async () => {
    const succeeded = await action.start(async () => {
      const { cancelled, relayed = [] } = await operations.cancelMessage(message.id);
      const left = relayed.length > 0 ? ` It goes on in ${relayed.join(', ')}: SQS has it.` : '';
      // Between the look and the call a consumer may have taken it.
      if (cancelled.length === 0)
        return `Nothing was waiting any more, so nothing was cancelled.${left}`;
      return `Cancelled in ${cancelled.join(', ')}.${left}`;
    });
    if (succeeded) done();
  };
  return (
    <Confirm
      title="Cancel this message"
      verb="Cancel deliveries"
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={confirm}
      close={close}
    >
      <p>
        Its deliveries that have not started are cancelled. What is being processed goes on. A
        cancelled message can be replayed.
      </p>
    </Confirm>
  );
}
