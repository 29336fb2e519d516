// A queue on SQS beside one that is not, on an empty database and the stand-in of SQS, drained by what the relaying consumer drains by.
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { readBody } from '#functions/sqs/wire.ts';
import type { SqsTroubles } from '#local/sqs/sqs.ts';
import type { StoredMessage } from '#local/sqs/stored-message.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { sqsNameOf, sqsNamesOf } from '#queue/declare/priority-classes.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { openSqs, type TestSqs } from './sqs.ts';

/** What the queue takes that is not on SQS. */
export const local = defineMessageType({ name: 'test.local', payload: numbered.payload });

export interface RelayedQueue {
  readonly queues: OpenQueues;
  readonly aws: TestSqs;
  /** One drain of both queues with a minute left, unless told otherwise. */
  drain(changes?: Partial<InvocationOptions>): Promise<DrainSummary>;
  /** What is on SQS of this priority or of the usual one, in the order in which it came, and what was in the bodies. */
  stored(priority?: number): StoredMessage[];
  sent(priority?: number): WireMessage[];
  /** How many entries each call of SQS had. */
  callSizes(): number[];
}

/** The queue is named "relayed", its messages are of the type test.numbered. */
export async function openRelayed(
  policy: Partial<QueuePolicy> & Pick<QueuePolicy, 'engine'>,
  troubles: SqsTroubles = {},
): Promise<RelayedQueue> {
  const relayed = defineQueue({
    name: 'relayed',
    policy,
    subscriptions: [
      on(numbered, () => {
        throw new Error('it is handled here');
      }),
    ],
  });
  const others = defineQueue({ name: 'local', subscriptions: [on(local, () => {})] });
  const queues = await openQueues(relayed, others);
  const names = sqsNamesOf(relayed).map((name) => `millrace-${name}`);
  const aws = await openSqs(
    names.map((name) => ({ name })),
    { troubles },
  );
  const environment = { ...aws.environment, [SQS_QUEUES_URL]: `${aws.queuesUrl}millrace-` };
  const openRelay = openRelays(environment);
  const registry = withRelayPolicy(queues.registry);
  const stored = (priority?: number) => [
    ...aws.sqs.queue(`millrace-${sqsNameOf(relayed, priority)}`).messages,
  ];
  return {
    queues,
    aws,
    drain: (changes) => queues.drain({ registry, openRelay, ...changes }),
    stored,
    sent: (priority) => stored(priority).map(({ body }) => readBody(body)),
    callSizes: () => aws.calls.map(({ body }) => JSON.parse(body).Entries.length),
  };
}
