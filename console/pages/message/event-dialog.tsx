// Sends a message an event that its handler waits for. The API keeps the first one of a name, so sending it again changes nothing.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Problem } from '#console/api/problem.ts';
import { typedJson } from '#console/pages/json/typed-json.ts';
import { Confirm } from '#console/parts/confirm.tsx';

interface EventDialogProps {
  /** The message's. */
  readonly id: string;
  /** What is waited for. */
  readonly name: string;
  readonly done: () => void;
  readonly close: () => void;
}

export function EventDialog({ id, name, done, close }: EventDialogProps) {
  const action = useAction();
  const text = useSignal('');
  const fault = useSignal('');
  const faultId = useId();
  const confirm = async () => {
    const typed = typedJson(text.value);
    fault.value = 'fault' in typed ? typed.fault : '';
    if ('fault' in typed) return;
    if (await action.start(() => send(id, name, typed.value))) done();
  };
  return (
    <Confirm
      title={`Send ${name}`}
      verb="Send event"
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={confirm}
      close={close}
    >
      <p>
        Whatever handler of this message waits for <bdi>{name}</bdi> goes on with it. The first one
        of a name counts, and cannot be taken back.
      </p>
      <label>
        <span>Payload, as JSON</span>
        <textarea
          rows={4}
          spellcheck={false}
          placeholder="null"
          value={text.value}
          aria-invalid={fault.value !== ''}
          aria-describedby={faultId}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <p id={faultId} class="field-error" role="alert">
        {fault.value}
      </p>
    </Confirm>
  );
}

/** Answers the sentence that says what has become of it. */
async function send(id: string, name: string, payload: unknown): Promise<string> {
  const { accepted, sentAt } = await operations.sendEvent(id, { name, payload });
  if (sentAt === null)
    throw new Problem(200, 'This message has 100 events already', {
      detail: 'They have other names, and this one is not kept.',
    });
  return accepted
    ? `The message has the event ${name}.`
    : `The message had the event ${name} already, with another payload, and that one counts.`;
}
