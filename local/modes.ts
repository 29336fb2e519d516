// The modes of npm start --sleep, --eager and --hand-over, and queues on SQS: what the functions are told of them, and the AWS that
// they call.
import {
  CONSUMER_ARN,
  EAGER,
  HAND_OVER,
  SQS_QUEUES_URL,
  WAKE_UP_GROUP,
  WAKE_UP_ROLE,
} from '#functions/environment.ts';
import { startAws } from '#local/aws/aws-server.ts';
import { functionArn } from '#local/gateway/lambda-context.ts';
import type { QueuesOnSqs } from './queues-on-sqs.ts';

export interface Modes {
  /** No query reaches the database while nothing is due. */
  readonly sleep: boolean;
  /** An enqueue over HTTP wakes the consumer. */
  readonly eager: boolean;
  /** With how many further invocations a consumer may share its backlog, 1 to 100. */
  readonly handOver: number | undefined;
}

export interface RunningModes {
  /** Variables of the functions; undefined for those that must not be there. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires no more wake-ups, and takes no more calls. */
  stop(): Promise<void>;
}

const wakeUpGroup = 'wake-ups';
const wakeUpRole = 'arn:aws:iam::000000000000:role/wake-up';

/** Without any of them no AWS is started, and the functions are told of none. */
export async function startModes(
  { sleep, eager, handOver }: Modes,
  invokeConsumer: (event: unknown) => Promise<void>,
  onSqs?: Pick<QueuesOnSqs, 'operation' | 'environment'>,
): Promise<RunningModes> {
  const consumerArn = functionArn('consumer');
  const environment = {
    [WAKE_UP_GROUP]: sleep ? wakeUpGroup : undefined,
    [WAKE_UP_ROLE]: sleep ? wakeUpRole : undefined,
    [EAGER]: eager ? 'on' : undefined,
    [HAND_OVER]: handOver === undefined ? undefined : String(handOver),
    [CONSUMER_ARN]: sleep || eager ? consumerArn : undefined,
    [SQS_QUEUES_URL]: undefined,
  };
  if (!sleep && !eager && handOver === undefined && !onSqs)
    return { environment, stop: async () => {} };
  const aws = await startAws({
    functions: new Map([[consumerArn, invokeConsumer]]),
    groups: [wakeUpGroup],
    ...(onSqs && { sqs: onSqs.operation }),
  });
  return {
    environment: { ...aws.environment, ...environment, ...onSqs?.environment(aws.endpoint) },
    stop: aws.stop,
  };
}
