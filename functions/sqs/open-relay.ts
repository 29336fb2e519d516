// Which queues are relayed, and by what policy: the queue's own is for handlers, which run elsewhere.
import { awsAccess } from '#functions/aws/access.ts';
import { isOnSqs, isRelayed } from '#queue/declare/engine.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import { readQueueUrls } from './queue-urls.ts';
import { SqsRelay } from './sqs-relay.ts';

/**
 * So many sends are under way at once, each with up to ten deliveries: as one takes some 10 to 20 milliseconds, they carry more than
 * a drain can claim. The time is far above what the relay bounds by itself.
 */
const policyOfRelay = { concurrency: 10, timeoutSeconds: 60 };

/** The registry with the relay's policy for each queue on SQS, without those that are to be emptied there: theirs waits in Postgres. */
export function withRelayPolicy(registry: Registry): Registry {
  const queues = new Map<string, Queue>();
  for (const [name, queue] of registry.queues)
    if (!isOnSqs(queue)) queues.set(name, queue);
    else if (isRelayed(queue))
      queues.set(name, { ...queue, policy: { ...queue.policy, ...policyOfRelay } });
  return { ...registry, queues };
}

/** Of the database with this number. Throws a TypeError on variables that are missing or make no sense. */
export function openRelays(
  environment: Readonly<Record<string, string | undefined>>,
  number = 0,
): OpenRelay {
  const urls = readQueueUrls(environment);
  const access = awsAccess(environment);
  return (queue, { database, deadline }) => {
    if (!isOnSqs(queue)) return undefined;
    return new SqsRelay({ queue, urls, access, database, number, deadline });
  };
}
