// One line of the timeline: where an attempt lies between the message and its end. The bar is drawn beside words that say the
// same, so whoever cannot see it misses nothing.
import type { Attempt } from '#client/message-answers.ts';
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
