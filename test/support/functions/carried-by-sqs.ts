// A queue that the stand-in of SQS carries, with both functions of it as they are deployed, on an empty database.
import { onTestFinished, vi } from 'vitest';
import { sendMessages } from '#functions/aws/sqs.ts';
import { DATABASE_URL, SQS_QUEUES_URL } from '#functions/environment.ts';
import { groupIdOf } from '#functions/sqs/group-id.ts';
import { toBody } from '#functions/sqs/wire.ts';
import { sqsConsumerHandler } from '#functions/sqs-consumer.ts';
import { sqsDeadLetterHandler } from '#functions/sqs-dead-letters.ts';
import type { Trouble } from '#local/aws/aws-server.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import { type SqsHandler, startEventSource } from '#local/sqs/event-source.ts';
import type { SqsTroubles } from '#local/sqs/sqs.ts';
import { type OpenDatabase, openDatabase as open } from '#queue/database.ts';
import { sqsNameOf, sqsNamesOf } from '#queue/declare/priority-classes.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { openSqs, type TestSqs } from './sqs.ts';

export interface CarriedBySqs extends OpenQueues, TestSqs {
  /** Sends what the relay would, ten at once; or a body of somebody else's. */
  send(messages: readonly (WireMessage | string)[], priority?: number): Promise<void>;
  /** Lets Lambda poll all queues, until the test ends. */
  poll(): void;
  /** How many messages the queue has in all classes, seen or hidden, and its dead-letter queue. */
  readonly left: () => { readonly queue: number; readonly dead: number };
  /** Moves the clocks of SQS and of the database. */
  pass(seconds: number): Promise<void>;
}

interface Options {
  readonly others?: readonly Queue[];
  readonly troubles?: SqsTroubles;
  readonly maxReceiveCount?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called for each call of AWS before it is carried out; what it answers the call meets with. */
  readonly onCall?: (call: SignedRequest) => Trouble | undefined;
  /** What both functions reach the database by. */
  readonly openDatabase?: OpenDatabase;
  /** Takes the place of the way in which both functions are invoked. */
  readonly invoked?: (handler: SqsHandler) => SqsHandler;
}

const beginning = 'millrace-test-';

export async function openCarriedBySqs(
  queue: Queue,
  {
    others = [],
    troubles = {},
    maxReceiveCount = 100,
    environment = {},
    onCall = () => undefined,
    openDatabase = open,
    invoked = (handler) => handler,
  }: Options = {},
): Promise<CarriedBySqs> {
  const isFifo = queue.policy.engine === 'sqs-fifo';
  const names = sqsNamesOf(queue).map((name) => beginning + name);
  const deadLetterName = `${beginning}${queue.name}-dead${isFifo ? '.fifo' : ''}`;
  const queues = await openQueues(queue, ...others);
  const settings = names.map((name) => {
    return { name, deadLetterName, maxReceiveCount, visibilitySeconds: 85 };
  });
  const aws = await openSqs([{ name: deadLetterName, visibilitySeconds: 900 }, ...settings], {
    troubles,
    onCall,
  });
  const { sqs, queuesUrl, access } = aws;
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  const own = { [DATABASE_URL]: queues.url, [SQS_QUEUES_URL]: `${queuesUrl}${beginning}` };
  for (const [variable, value] of Object.entries({ ...aws.environment, ...own, ...environment }))
    vi.stubEnv(variable, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  // Made once: a function reads its environment when it is loaded.
  const handler = invoked(sqsConsumerHandler(queues.registry, openDatabase));
  const functions = [
    ...names.map((name) => ({ queue: name, functionName: 'sqs-consumer', handler })),
    {
      queue: deadLetterName,
      functionName: 'dead-letters',
      handler: invoked(sqsDeadLetterHandler(openDatabase)),
    },
  ];
  const count = (of: string) => {
    const { visible, inFlight } = sqs.queue(of).counts;
    return visible + inFlight;
  };
  return {
    ...queues,
    ...aws,
    async send(messages, priority) {
      const entries = messages.map((message, n) => {
        if (typeof message === 'string') return { id: `${n}`, body: message };
        const fifo = isFifo && {
          groupId: groupIdOf(message.groupKey ?? message.id),
          deduplicationId: `${message.id}.${message.round}`,
        };
        return { id: `${n}`, body: toBody(message), ...fifo };
      });
      await sendMessages(access, {
        queueUrl: queuesUrl + beginning + sqsNameOf(queue, priority),
        entries,
        timeoutMs: 5_000,
      });
    },
    poll() {
      for (const each of functions) {
        const source = startEventSource({ sqs, ...each });
        onTestFinished(() => source.stop());
      }
    },
    left: () => ({
      queue: names.map(count).reduce((sum, each) => sum + each),
      dead: count(deadLetterName),
    }),
    async pass(seconds) {
      await queues.query(
        `update millrace.receipt set lease_expires_at = lease_expires_at - make_interval(secs => $1),
           due_at = due_at - make_interval(secs => $1)`,
        [seconds],
      );
      // Behind the database's: what SQS gives out before it is due is hidden once more.
      aws.clock.now = new Date(aws.clock.now.getTime() + seconds * 1000);
    },
  };
}
