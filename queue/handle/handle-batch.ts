// One call of a handler for several deliveries of one type, each of which gets an outcome of its own.
import type {
  BatchContext,
  BatchItem,
  BatchOutcome,
  BatchSubscription,
} from '#queue/declare/batch-handler.ts';
import type { Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { redactionOf } from '#queue/declare/redaction.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { batchResult, type Opened } from './batch-result.ts';
import { failed, failureOf } from './build-result.ts';
import { FollowUps } from './follow-ups.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import type { QueueRuntime } from './queue-runtime.ts';

/** Deliveries whose payload fits no version of the type become dead letters; the handler gets all others together. */
export async function handleBatch(
  run: HandlerRun,
  runtime: QueueRuntime,
  subscription: BatchSubscription,
): Promise<readonly Result[]> {
  const opened: Opened[] = [];
  const unfit: Result[] = [];
  for (const delivery of run.deliveries) {
    const one = await open(run, delivery, subscription);
    if ('outcome' in one) unfit.push(one);
    else opened.push(one);
  }
  if (opened.length === 0) return unfit;
  return [...unfit, ...(await runBatch(run, runtime, subscription, opened))];
}

async function open(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  { type }: BatchSubscription,
): Promise<Opened | Result> {
  try {
    run.throwIfAborted();
    const opening = openMessage(run, delivery, type);
    const message = opening instanceof Promise ? await opening : opening;
    return 'outcome' in message ? message : toOpened(delivery, type, message);
  } catch (thrown) {
    return failed(failureOf(run, delivery, type), thrown);
  }
}

function toOpened(delivery: ClaimedDelivery, type: AnyMessageType, message: Message): Opened {
  const followUps = new FollowUps(delivery);
  const enqueue: BatchItem['enqueue'] = (followUp, payload, options) =>
    followUps.add(followUp, payload, options);
  return { delivery, type, followUps, item: { message, attempt: delivery.attempt, enqueue } };
}

async function runBatch(
  run: HandlerRun,
  runtime: QueueRuntime,
  { type, handler }: BatchSubscription,
  opened: readonly Opened[],
): Promise<Result[]> {
  try {
    run.throwIfAborted();
    const items = opened.map(({ item }) => item);
    const handling = Promise.resolve(handler(items, batchContext(run, runtime)));
    const outcomes = await run.work(handling);
    for (const { followUps } of opened) followUps.close();
    const each = outcomes ?? opened.map((): BatchOutcome => 'done');
    if (each.length !== opened.length)
      throw new TypeError(`the handler gave ${each.length} outcomes for ${opened.length} messages`);
    return await Promise.all(
      opened.map((item, index) => batchResult(run, item, each[index] ?? 'done')),
    );
  } catch (thrown) {
    // The handler threw one error for the whole batch, and its text may repeat a redacted value of any message.
    const deliveries = opened.map(({ delivery }) => delivery);
    const redact = redactionOf(type, deliveries);
    return deliveries.map((claim) => failed({ claim, ms: run.elapsedMs, redact }, thrown));
  }
}

function batchContext(run: HandlerRun, { queue, database, log }: QueueRuntime): BatchContext {
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
