// Each delivery of a message: where it stands, what its handler has told, and its attempts and steps on a timeline that all share.
import type { Delivery, MessageStatus } from '#client/message-answers.ts';
import { JsonView } from '#console/pages/json/json-view.tsx';
import { queuePath } from '#console/pages/paths.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { now } from '#console/parts/now.ts';
import { Time } from '#console/parts/time.tsx';
import { instantsOf, isAwaited } from './attempt-rows.ts';
import { Attempts } from './attempts.tsx';
import { Steps } from './steps.tsx';
import { timeScale } from './time-scale.ts';

export function Deliveries({ message }: { readonly message: MessageStatus }) {
  const { createdAt, deliveries } = message;
  if (deliveries.length === 0)
    return <p class="soft">No queue subscribed to its type when it was sent.</p>;
  const isGoingOn = deliveries.some(({ status }) => isAwaited(status));
  // Read only while something goes on: else every second would draw the page anew.
  const end = isGoingOn ? new Date(now.value).toISOString() : createdAt;
  const scale = timeScale(instantsOf(message, end));
  return (
    <>
      {deliveries.map((delivery) => (
        <article class="delivery" key={delivery.queue} aria-label={`Delivery to ${delivery.queue}`}>
          <h3>
            <a href={queuePath(delivery.queue)}>
              <bdi>{delivery.queue}</bdi>
            </a>{' '}
            <StatusBadge status={delivery.status} /> <Standing delivery={delivery} />
          </h3>
          <Told delivery={delivery} />
          <Attempts createdAt={createdAt} delivery={delivery} scale={scale} />
          <Steps delivery={delivery} scale={scale} />
        </article>
      ))}
      <p class="soft">
        The bars show the order of attempts, steps and waits; long times are drawn shorter than they
        are.
      </p>
    </>
  );
}

/** When something comes, or came to its end. */
function Standing({ delivery }: { readonly delivery: Delivery }) {
  const { status, availableAt, finishedAt } = delivery;
  if (finishedAt !== null)
    return (
      <span class="soft">
        <Time at={finishedAt} />
      </span>
    );
  if (status === 'relayed') return <span class="soft">SQS has it</span>;
  if (status === 'blocked') return <span class="soft">waits for others of its group</span>;
  if (status === 'scheduled' && availableAt !== null)
    return (
      <span class="soft">
        due <Time at={availableAt} />
      </span>
    );
  return null;
}

/** Progress of the attempt that is running, and the result. */
function Told({ delivery }: { readonly delivery: Delivery }) {
  const { progress, result, queue } = delivery;
  return (
    <>
      {progress && (
        <p class="progress">
          <progress max={1} value={progress.fraction} aria-label={`Progress in ${queue}`} />{' '}
          {Math.round(progress.fraction * 100)} %{' '}
          {progress.note !== null && <bdi>{progress.note}</bdi>}{' '}
          <span class="soft">
            <Time at={progress.at} />
          </span>
        </p>
      )}
      {result !== null && result !== undefined && (
        <div class="result">
          <p class="soft">Result</p>
          <JsonView value={result} label={`Result of ${queue}`} />
        </div>
      )}
    </>
  );
}
