import type { Client, Enqueued } from '#millrace/client';
import { useMessage } from '#millrace/client-preact';

const words = {
  pending: 'waits',
  scheduled: 'comes back later',
  blocked: 'waits for another one',
  processing: 'is being done',
  relayed: 'is on its way',
  done: 'is done',
  dead: 'has failed',
  cancelled: 'was cancelled',
} as const;

interface Props {
  /** Without a token: the order's status token is all that is needed. */
  readonly client: Client;
  readonly order: Enqueued;
}

/** One order on its way through the queues, rendered again whenever something has changed. */
export function PlacedOrder({ client, order: { id, statusToken } }: Props) {
  const { message, problem } = useMessage(id, { client, statusToken });
  if (problem) return <p role="alert">It cannot be followed any more: {String(problem)}</p>;
  if (!message) return <p>…</p>;
  return (
    <ul>
      {message.deliveries.map(({ queue, status, progress }) => (
        <li key={queue}>
          {queue} {words[status]}
          {progress && ` (${Math.round(progress.fraction * 100)} %)`}
        </li>
      ))}
    </ul>
  );
}
