// Lambda's event source of a queue: it receives, invokes a function with what it has received, and deletes what the function does not
// say has failed. What has failed stays until its visibility timeout ends, which the function may have changed.
import { setTimeout as pause } from 'node:timers/promises';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { Invocations } from '#local/gateway/invocations.ts';
import { deleteReceived } from './delete-messages.ts';
import { failedItems } from './failed-items.ts';
import { queueArn } from './queue-settings.ts';
import { type ReceivedMessage, receive, systemAttributes } from './receive-messages.ts';
import { md5 } from './send-messages.ts';
import type { Sqs } from './sqs.ts';

/** What it answers is read as Lambda reads it, whatever it is. */
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<unknown>;

export interface EventSourceOptions {
  readonly sqs: Sqs;
  /** The queue's name. */
  readonly queue: string;
  readonly functionName: string;
  readonly handler: SqsHandler;
  /** How many invocations run at once at most. 1 or more, default 10. */
  readonly maximumConcurrency?: number;
  /** How much time an invocation has, in seconds; then it has failed, whatever it still does. Default 55. */
  readonly timeoutSeconds?: number;
}

export interface EventSource {
  /** Receives no more, tells those that run to finish, and waits for them, 10 seconds at most. */
  stop(): Promise<void>;
}

const batchSize = 10;
/** How often it looks at a queue in which nothing changes: time that passes makes messages visible. */
const lookEveryMs = 100;

export function startEventSource(options: EventSourceOptions): EventSource {
  const { functionName, maximumConcurrency = 10, timeoutSeconds = 55 } = options;
  const invocations = new Invocations(functionName, timeoutSeconds);
  let running = 0;
  const look = () => {
    while (running < maximumConcurrency && !invocations.isStopping) {
      const received = receiveSome(options);
      if (received.length === 0) return;
      running += 1;
      void invoke(options, invocations, received).then(() => {
        running -= 1;
        look();
      });
    }
  };
  // Not within the change itself: whoever makes it goes on with what it has read before.
  const unwatch = options.sqs.watch(() => setImmediate(look));
  const looking = setInterval(look, lookEveryMs);
  look();
  return {
    stop() {
      unwatch();
      clearInterval(looking);
      return invocations.stop();
    },
  };
}

/** Nothing when the queue gives none out, of which it is asked again soon. */
function receiveSome({ sqs, queue }: EventSourceOptions): ReceivedMessage[] {
  try {
    return receive(sqs, queue, { most: batchSize });
  } catch (error) {
    console.error(`Cannot receive from the queue ${queue}:`, error);
    return [];
  }
}

/** Never rejects: what has failed comes again. */
async function invoke(
  { sqs, queue, functionName, handler, timeoutSeconds = 55 }: EventSourceOptions,
  invocations: Invocations,
  received: readonly ReceivedMessage[],
): Promise<void> {
  const event = { Records: received.map((one) => recordOf(queue, one)) };
  const handled = invocations.run(async (context) => {
    const failed = failedItems(await handler(event, context), event.Records);
    for (const { messageId, receiptHandle } of event.Records)
      if (!failed.has(messageId)) deleteReceived(sqs, queue, receiptHandle);
  });
  try {
    await Promise.race([handled, timeout(timeoutSeconds)]);
  } catch (error) {
    console.error(`An invocation of ${functionName} for the queue ${queue} failed:`, error);
  }
}

async function timeout(seconds: number): Promise<never> {
  await pause(seconds * 1000, undefined, { ref: false });
  throw new Error(`Task timed out after ${seconds.toFixed(2)} seconds`);
}

function recordOf(queue: string, received: ReceivedMessage): SQSRecord {
  const { message, receiptHandle } = received;
  return {
    messageId: message.id,
    receiptHandle,
    body: message.body,
    attributes: systemAttributes(received),
    messageAttributes: {},
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queue),
    awsRegion: 'local',
  };
}
