// Pausing and resuming a schedule, and enqueueing its message now.
import { useSignal } from '@preact/signals';
import type { ScheduleStatus } from '#client/deployment-answers.ts';
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { messagePath } from '#console/pages/paths.ts';
import { Failed } from '#console/parts/states.tsx';
import { mayOperate } from '#console/session/session.ts';

interface ScheduleActionsProps {
  readonly schedule: ScheduleStatus;
  /** Told when something was done. */
  readonly changed: () => void;
}

export function ScheduleActions({ schedule, changed }: ScheduleActionsProps) {
  const { name, paused } = schedule;
  const action = useAction();
  /** The id of the message that "Run now" has enqueued. */
  const enqueued = useSignal<string | undefined>(undefined);
  if (!mayOperate.value) return <NeedsOperate to="pause or run it" />;
  const toggle = async () => {
    const succeeded = await action.start(async () => {
      await (paused ? operations.resumeSchedule(name) : operations.pauseSchedule(name));
      return paused ? `${name} goes on.` : `${name} is paused.`;
    });
    if (succeeded) changed();
  };
  const run = () =>
    action.start(async () => {
      const { id } = await operations.runSchedule(name);
      enqueued.value = id;
      return `${name} has enqueued its message.`;
    });
  return (
    <div class="actions">
      <button
        type="button"
        aria-disabled={action.isBusy}
        onClick={toggle}
        aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}
      >
        {paused ? 'Resume' : 'Pause'}
      </button>
      <button
        type="button"
        aria-disabled={action.isBusy}
        onClick={run}
        aria-label={`Run now: ${name}`}
      >
        Run now
      </button>
      {enqueued.value !== undefined && (
        <a href={messagePath(enqueued.value)}>Enqueued: look at it</a>
      )}
      {action.problem && <Failed problem={action.problem} />}
    </div>
  );
}
