// The attempts of one delivery: each with its bar on the timeline, its times in words, and its error.
import { useSignal } from '@preact/signals';
import type { Delivery } from '#client/message-answers.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { milliseconds } from '#console/parts/words.ts';
import { type AttemptRow, attemptRows, isAwaited } from './attempt-rows.ts';
import { ErrorView } from './error-view.tsx';
import type { TimeScale } from './time-scale.ts';
import { AttemptBar, LiveBar } from './timeline.tsx';

/** The API shows a hundred; the last of them say what is wrong. */
const shownAtFirst = 10;

interface AttemptsProps {
  readonly createdAt: string;
  readonly delivery: Delivery;
  readonly scale: TimeScale;
}

export function Attempts({ createdAt, delivery, scale }: AttemptsProps) {
  const isWhole = useSignal(false);
  const rows = attemptRows(createdAt, delivery.attempts);
  const shown = isWhole.value ? rows : rows.slice(-shownAtFirst);
  const since = delivery.attempts.at(-1)?.finishedAt ?? createdAt;
  const showAll = () => {
    isWhole.value = true;
  };
  return (
    <>
      {shown.length < rows.length && (
        <button type="button" class="plain" onClick={showAll}>
          Show all {rows.length} attempts
        </button>
      )}
      <ol class="attempts" aria-label={`Attempts in ${delivery.queue}`}>
        {shown.map((row) => (
          <Row key={row.attempt.finishedAt} row={row} scale={scale} />
        ))}
        {isAwaited(delivery.status) && (
          <li class="attempt">
            <LiveBar since={since} kind={delivery.status} scale={scale} />
            <p>
              <span class="soft">Now</span> <StatusBadge status={delivery.status} />
            </p>
          </li>
        )}
      </ol>
    </>
  );
}

function Row({ row, scale }: { readonly row: AttemptRow; readonly scale: TimeScale }) {
  const { attempt } = row;
  return (
    <li class="attempt">
      <AttemptBar attempt={attempt} scale={scale} />
      <p>
        {attempt.outcome === 'relayed' ? 'Sent to SQS' : `Attempt ${attempt.attempt}`}{' '}
        <StatusBadge status={attempt.outcome} /> <span class="soft">{timesOf(row)}</span>
      </p>
      {attempt.error && <ErrorView error={attempt.error} />}
    </li>
  );
}

function timesOf({ attempt, waitedMs, ranMs }: AttemptRow): string {
  const after = waitedMs === null ? '' : `, after ${milliseconds(waitedMs)}`;
  if (ranMs === null) return `never started${after}`;
  const time = ranMs < 1 ? 'under 1 ms' : milliseconds(ranMs);
  // From when it was due: no handler has run yet.
  return attempt.outcome === 'relayed' ? `within ${time}` : `ran ${time}${after}`;
}
