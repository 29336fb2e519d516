// Which messages may go from HTTP straight to SQS, past Postgres: those that need nothing which only Postgres has.
import { isRelayed } from '#queue/declare/engine.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';

/** SQS hides a new message for no longer, in seconds. */
const longestDelaySeconds = 900;
/**
 * A payload of so many bytes may be over Millrace's own limit in the way Postgres writes it, with its spaces. Postgres counts them
 * when it stores the message.
 */
const certainlyFits = 128 * 1024;
/** Of a number that Postgres writes out: six characters may become 300. */
const exponent = /[:,[]-?[\d.]+e\+/;

/** By the names of types: the queues that subscribe to it, where all of them are on SQS. */
export type StraightQueues = ReadonlyMap<string, readonly Queue[]>;

export function straightQueues({ queues, messageTypes }: Registry): StraightQueues {
  const all = [...queues.values()];
  const straight = new Map<string, readonly Queue[]>();
  for (const name of messageTypes.keys()) {
    const subscribed = all.filter(({ subscriptions }) =>
      subscriptions.some(({ type }) => type.name === name),
    );
    if (subscribed.length > 0 && subscribed.every(isRelayed)) straight.set(name, subscribed);
  }
  return straight;
}

/**
 * Whether the message needs nothing of Postgres. A key is remembered there, a group's members wait there that come before this one,
 * an instant is told by its clock, and a long delay is waited for there. What it has to count is none of this function's business.
 */
export function goesStraight(straight: StraightQueues, message: NewMessage): boolean {
  const queues = straight.get(message.type);
  if (!queues || message.idempotencyKey !== undefined || message.groupKey !== undefined)
    return false;
  return mayWaitThere(queues, message) && isSmall(message);
}

/** A FIFO queue takes no delay of a single message. */
function mayWaitThere(
  queues: readonly Queue[],
  { scheduledAt, delaySeconds = 0 }: NewMessage,
): boolean {
  if (scheduledAt !== undefined || delaySeconds > longestDelaySeconds) return false;
  return delaySeconds === 0 || queues.every(({ policy }) => policy.engine === 'sqs');
}

function isSmall({ payload }: NewMessage): boolean {
  const text = JSON.stringify(payload);
  return Buffer.byteLength(text) <= certainlyFits && !exponent.test(text);
}
