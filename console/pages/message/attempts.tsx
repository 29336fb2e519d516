// The attempts of one delivery: each with its bar on the timeline, its times in words, and its error.
import type { Delivery } from '#client/message-answers.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { milliseconds, runTime } from '#console/parts/words.ts';
import { type AttemptRow, attemptRows, isAwaited } from './attempt-rows.ts';
import { ErrorView } from './error-view.tsx';
import { LastOf } from './last-of.tsx';
import type { TimeScale } from './time-scale.ts';
import { AttemptBar, LiveBar } from './timeline.tsx';

interface AttemptsProps {
  readonly createdAt: string;
  readonly delivery: Delivery;
  readonly scale: TimeScale;
}

export function Attempts({ createdAt, delivery, scale }: AttemptsProps) {
  const rows = attemptRows(createdAt, delivery.attempts);
  const since = delivery.attempts.at(-1)?.finishedAt ?? createdAt;
  return (
    <LastOf items={rows} what="attempts">
      {(shown) => (
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
      )}
    </LastOf>
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
  const time = runTime(ranMs);
  // From when it was due: no handler has run yet.
  return attempt.outcome === 'relayed' ? `within ${time}` : `ran ${time}${after}`;
}
