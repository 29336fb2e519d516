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
    const one = await open(run, surroundings, delivery, subscription);
    if ('outcome' in one) unfit.push(one);
    else opened.push(one);
  }
  if (opened.length === 0) return unfit;
  return [...unfit, ...(await runBatch(run, surroundings, subscription, opened))];
}

async function open(
  run: Run,
  surroundings: Surroundings,
  delivery: ClaimedDelivery,
  { type }: BatchSubscription,
): Promise<Opened | Result> {
  try {
    const opening = openMessage(delivery, type);
    const message =
      opening instanceof Promise ? await withinTimeout(run, opening, surroundings) : opening;
    if (message instanceof Error) return dead(delivery, run.elapsedMs, message);
    return toOpened(delivery, message);
  } catch (thrown) {
    return failed(delivery, run.elapsedMs, thrown);
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
