import type { QueueDetail } from '#client/queue-answers.ts';
import { count, counted, duration, rate } from '#console/parts/words.ts';

/** How the queue is drained, as its code has declared it, and what it takes. */
export function PolicySection({ queue: { types, policy } }: { readonly queue: QueueDetail }) {
  return (
    <section>
      <h2>Policy</h2>
      <dl class="facts">
        <dt>Message types</dt>
        <dd>
          {types.length === 0 ? 'none' : types.map((type) => <code key={type}>{type} </code>)}
        </dd>
        <dt>Carried by</dt>
        <dd>{engines[policy.engine] ?? policy.engine}</dd>
        <dt>Attempts</dt>
        <dd>{count(policy.maxAttempts)} before it is a dead letter</dd>
        <dt>Retried after</dt>
        <dd>{backoffOf(policy)}</dd>
        <dt>Lease</dt>
        <dd>{duration(policy.leaseSeconds)}</dd>
        <dt>Groups</dt>
        <dd>{groupsOf(policy)}</dd>
        <dt>Shared</dt>
        <dd>
          {policy.fair ? 'among the fairness keys that wait' : 'no: first come, first served'}
        </dd>
        <dt>At once</dt>
        <dd>{limit(policy.maxInFlight, 'in flight')}</dd>
        {policy.fair && (
          <>
            <dt>At once of a key</dt>
            <dd>{limit(policy.maxInFlightPerKey, 'in flight')}</dd>
            <dt>Rate of a key</dt>
            <dd>{rateOf(policy.rateLimitPerKey)}</dd>
          </>
        )}
        <dt>Depth</dt>
        <dd>{limit(policy.maxDepth, 'live deliveries')}</dd>
        <dt>Rate</dt>
        <dd>{rateOf(policy.rateLimit)}</dd>
      </dl>
    </section>
  );
}

const engines: Readonly<Record<string, string>> = {
  postgres: 'Postgres',
  sqs: 'SQS, without an order',
  'sqs-fifo': 'SQS, groups in order',
};

type Policy = QueueDetail['policy'];

const limit = (most: number | null, what: string): string =>
  most === null ? 'no limit' : `${count(most)} ${what} at most`;

function backoffOf({ retryBaseSeconds, retryMaximumSeconds }: Policy): string {
  if (retryBaseSeconds === 0) return 'no time at all';
  return `${duration(retryBaseSeconds)}, twice as long each time, ${duration(retryMaximumSeconds)} at most`;
}

function groupsOf({ groupConcurrency, deadBlocksGroup }: Policy): string {
  const order =
    groupConcurrency === 1 ? 'one at a time, in order' : `${groupConcurrency} at a time`;
  return deadBlocksGroup ? `${order}; a dead letter keeps the others waiting` : order;
}

function rateOf(rateLimit: Policy['rateLimit']): string {
  if (!rateLimit) return 'no limit';
  const { starts, seconds, burst } = rateLimit;
  const time = seconds === 1 ? 'a second' : `in ${rate(seconds)} s`;
  return `${counted(starts, 'start')} ${time}, ${count(burst)} at once after a rest`;
}
