// One line of the timeline: where an attempt lies between the message and its end. The bar is drawn beside words that say the
// same, so whoever cannot see it misses nothing.
import type { Attempt, Step } from '#client/message-answers.ts';
import type { TimeScale } from './time-scale.ts';

/** Narrower than this nobody sees a bar. */
const narrowest = 0.006;

export function AttemptBar({
  attempt,
  scale,
}: {
  readonly attempt: Attempt;
  readonly scale: TimeScale;
}) {
  const { startedAt, finishedAt, outcome } = attempt;
  const end = scale(finishedAt);
  const start = Math.min(startedAt === null ? end : scale(startedAt), 1 - narrowest);
  return <Bar kind={outcome} start={start} end={end} />;
}

interface StepBarProps {
  readonly step: Step;
  /** When its delivery ended. */
  readonly over: string | null;
  readonly scale: TimeScale;
}

/** A step, a sleep or a wait, up to the end of the timeline where it is not over. */
export function StepBar({ step: { kind, startedAt, finishedAt }, over, scale }: StepBarProps) {
  const start = Math.min(scale(startedAt), 1 - narrowest);
  const ended = finishedAt ?? over;
  if (ended === null) return <Bar kind={`${kind} live`} start={start} end={1} />;
  return <Bar kind={kind} start={start} end={scale(ended)} />;
}

/** What a delivery is doing now, up to the end of the timeline. */
export function LiveBar({
  since,
  kind,
  scale,
}: {
  readonly since: string;
  readonly kind: string;
  readonly scale: TimeScale;
}) {
  return <Bar kind={`${kind} live`} start={scale(since)} end={1} />;
}

function Bar({
  kind,
  start,
  end,
}: {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}) {
  const width = Math.max(end - start, narrowest);
  return (
    <span class="timeline" aria-hidden="true">
      <span
        class={`timeline-bar ${kind}`}
        style={{ left: `${start * 100}%`, width: `${width * 100}%` }}
      />
    </span>
  );
}
