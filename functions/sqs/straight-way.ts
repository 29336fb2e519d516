// The way of a message from HTTP straight to the SQS queues that take it.
import type { AwsAccess } from '#functions/aws/access.ts';
import { type OutgoingMessage, sendMessages } from '#functions/aws/sqs.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { hasClasses, usualPriority } from '#queue/declare/priority-classes.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { inCalls } from './in-calls.ts';
import { outgoing } from './outgoing.ts';
import type { QueueUrls } from './queue-urls.ts';
import { goesStraight, straightQueues } from './straight-queues.ts';

interface StraightWayOptions {
  readonly registry: Registry;
  readonly urls: QueueUrls;
  readonly access: AwsAccess;
  /** Over how many databases the deployment is spread, default 1: ids of messages say in which of several their receipts are. */
  readonly databases?: number;
  readonly log: Log;
}

/** After this a caller is better served by Postgres, in milliseconds. */
const timeoutMs = 2_000;
/** So many calls are under way at once for each SQS queue; a batch of 1,000 messages makes a hundred. */
const callsAtOnce = 20;

/** What the HTTP API sends by: see StraightWay in functions/http/api.ts. A send takes two seconds at most for 200 messages. */
export function straightWay({ registry, urls, access, databases = 1, log }: StraightWayOptions) {
  const queues = straightQueues(registry);

  /** Answers the ids that the queue has not taken, or may not have. */
  async function sendCall(queueUrl: string, entries: OutgoingMessage[]): Promise<string[]> {
    try {
      const { accepted } = await sendMessages(access, { queueUrl, entries, timeoutMs });
      // Not those that were refused: what an answer leaves out would be in neither, and lost.
      return entries.map(({ id }) => id).filter((id) => !accepted.includes(id));
    } catch (error) {
      log.warn('stored for the relay, as SQS does not take it', { error: errorAttributes(error) });
      return entries.map(({ id }) => id);
    }
  }

  async function sendTo(url: string, messages: readonly OutgoingMessage[]): Promise<string[]> {
    const calls = inCalls(messages);
    const unsent: string[] = [];
    const next = async () => {
      for (let call = calls.shift(); call; call = calls.shift())
        unsent.push(...(await sendCall(url, call)));
    };
    await Promise.all(Array.from({ length: callsAtOnce }, next));
    return unsent;
  }

  return {
    takes: (message: NewMessage): boolean => goesStraight(queues, message),
    recordsSuccesses: [...queues.values()].flat().some(recordsSuccesses),
    async send(messages: readonly NewMessage[]): Promise<readonly NewMessage[]> {
      const sends = messages.flatMap((message) =>
        (queues.get(message.type) ?? []).map((queue) => {
          return {
            url: urls.of(queue, message.priority),
            sent: unstored(queue, message, databases),
          };
        }),
      );
      const byUrl = Map.groupBy(sends, ({ url }) => url);
      const sent = Array.from(byUrl, ([url, of]) =>
        sendTo(
          url,
          of.map((each) => each.sent),
        ),
      );
      const unsent = new Set((await Promise.all(sent)).flat());
      return messages.filter(({ id }) => unsent.has(id));
    },
  };
}

const recordsSuccesses = ({ policy }: Queue) => policy.history === 'all' || policy.once;

/** As the relay would send it, had it been stored. */
function unstored(queue: Queue, message: NewMessage, databases: number): OutgoingMessage {
  const { id, type, version = 1, payload, delaySeconds = 0 } = message;
  const headers = headersOf(message);
  const createdAt = new Date().toISOString();
  const delivery = {
    ...{ id, type, version, payload, headers, createdAt },
    groupKey: null,
    attempt: 1,
  };
  const isFifo = queue.policy.engine === 'sqs-fifo';
  const sent = outgoing({
    delivery,
    round: 0,
    priority: priorityOf(queue, message),
    fairnessKey: queue.policy.fair ? message.fairnessKey : undefined,
    database: databases > 1 ? databaseIn(id) : 0,
    isFifo,
  });
  return delaySeconds > 0 ? { ...sent, delaySeconds: Math.ceil(delaySeconds) } : sent;
}

/** As SQL stores them. */
const headersOf = ({ headers, traceparent }: NewMessage) =>
  traceparent === undefined ? (headers ?? null) : { ...headers, traceparent };

/** As the relay learns it: undefined where it decides nothing. */
const priorityOf = (queue: Queue, { priority }: NewMessage) =>
  hasClasses(queue) && priority !== usualPriority ? priority : undefined;
