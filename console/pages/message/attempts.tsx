// The attempts of one delivery: each with its bar on the timeline, its times in words, and its error.
import { useSignal } from '@preact/signals';
import type { Delivery } from '#client/message-answers.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { milliseconds } from '#console/parts/words.ts';
import { type AttemptRow, attemptRows, isLive } from './attempt-rows.ts';
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
        {isLive(delivery.status) && (
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
  const { attempt, waitedMs, ranMs } = row;
  return (
    <li class="attempt">
      <AttemptBar attempt={attempt} scale={scale} />
      <p>
        Attempt {attempt.attempt} <StatusBadge status={attempt.outcome} />{' '}
        <span class="soft">
          {ranMs === null
            ? 'never started'
            : `ran ${ranMs < 1 ? 'under 1 ms' : milliseconds(ranMs)}`}
          {waitedMs !== null && `, after ${milliseconds(waitedMs)}`}
        </span>
      </p>
      {attempt.error && <ErrorView error={attempt.error} />}
    </li>
  );
}
