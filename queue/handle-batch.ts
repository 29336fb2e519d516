// One call of a handler for several deliveries of a type, each with an outcome of its own.
import type { BatchContext, BatchItem, BatchOutcome, BatchSubscription } from './batch-handler.ts';
import { batchResult } from './batch-result.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';
import { FollowUps } from './follow-ups.ts';
import type { Message } from './handler.ts';
import { openMessage } from './open-message.ts';
import { dead, failed, type Result } from './result.ts';
import type { Run } from './run.ts';
import type { Surroundings } from './surroundings.ts';
import { withinTimeout } from './within-timeout.ts';

interface Opened {
  readonly delivery: ClaimedDelivery;
  readonly item: BatchItem;
  readonly followUps: FollowUps;
}

/** What no handler can have is dead; the rest goes to the handler together. */
export async function handleBatch(
  run: Run,
  surroundings: Surroundings,
  subscription: BatchSubscription,
): Promise<readonly Result[]> {
  const opened: Opened[] = [];
  const unfit: Result[] = [];
  for (const delivery of run.deliveries) {
    const message = await open(delivery, subscription);
    if (message instanceof Error) unfit.push(dead(delivery, run.elapsedMs, message));
    else opened.push(toOpened(delivery, message));
  }
  if (opened.length === 0) return unfit;
  return [...unfit, ...(await runBatch(run, surroundings, subscription, opened))];
}

async function open(
  delivery: ClaimedDelivery,
  { type }: BatchSubscription,
): Promise<Message | Error> {
  try {
    return await openMessage(delivery, type);
  } catch (thrown) {
    return new Error('the schema threw instead of answering', { cause: thrown });
  }
}

function toOpened(delivery: ClaimedDelivery, message: Message): Opened {
  const followUps = new FollowUps();
  const enqueue: BatchItem['enqueue'] = (type, payload, options) =>
    followUps.add(type, payload, options);
  return { delivery, followUps, item: { message, attempt: delivery.attempt, enqueue } };
}

async function runBatch(
  run: Run,
  surroundings: Surroundings,
  { handler }: BatchSubscription,
  opened: readonly Opened[],
): Promise<Result[]> {
  try {
    const items = opened.map(({ item }) => item);
    const handling = Promise.resolve(handler(items, batchContext(run, surroundings)));
    const outcomes = await withinTimeout(run, handling, surroundings);
    const each = outcomes ?? opened.map((): BatchOutcome => 'done');
    if (each.length !== opened.length)
      throw new TypeError(`the handler gave ${each.length} outcomes for ${opened.length} messages`);
    return await Promise.all(
      opened.map(({ delivery, followUps }, index) =>
        batchResult(delivery, run.elapsedMs, each[index] ?? 'done', followUps),
      ),
    );
  } catch (thrown) {
    return opened.map(({ delivery }) => failed(delivery, run.elapsedMs, thrown));
  }
}

function batchContext(run: Run, { queue, database, log }: Surroundings): BatchContext {
  const { name, policy } = queue;
  return {
    queue: name,
    maxAttempts: policy.maxAttempts,
    database,
    log,
    get signal() {
      return run.signal;
    },
  };
}
