// One call of a handler for several deliveries of one type, each of which gets an outcome of its own.
import type { BatchContext, BatchItem, BatchSubscription } from '#queue/declare/batch-handler.ts';
import type { Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { type Redaction, redactionOf } from '#queue/declare/redaction.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { elementsOf, outcomeAt, settledElements } from './batch-outcome.ts';
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
    const one = await open(run, delivery, { ...subscription, progress: runtime.progress });
    if ('outcome' in one) unfit.push(one);
    else opened.push(one);
  }
  if (opened.length === 0) return unfit;
  return [...unfit, ...(await runBatch(run, runtime, subscription, opened))];
}

async function open(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  { type, progress }: Pick<BatchSubscription, 'type'> & Pick<QueueRuntime, 'progress'>,
): Promise<Opened | Result> {
  try {
    run.throwIfAborted();
    const opening = openMessage(run, delivery, type);
    const message = opening instanceof Promise ? await opening : opening;
    if ('outcome' in message) return message;
    const report: BatchItem['progress'] = (fraction, note) => {
      if (!run.hasEnded) progress.add(delivery, { type, fraction, note });
    };
    return toOpened(delivery, message, report);
  } catch (thrown) {
    return failed(failureOf(run, delivery, type), thrown);
  }
}

function toOpened(
  delivery: ClaimedDelivery,
  message: Message,
  progress: BatchItem['progress'],
): Opened {
  const followUps = new FollowUps(delivery);
  const enqueue: BatchItem['enqueue'] = (followUp, payload, options) =>
    followUps.add(followUp, payload, options);
  const { attempt } = delivery;
  return { delivery, followUps, item: { message, attempt, enqueue, progress } };
}

async function runBatch(
  run: HandlerRun,
  runtime: QueueRuntime,
  { type, handler }: BatchSubscription,
  opened: readonly Opened[],
): Promise<Result[]> {
  // What the handler says of one message may repeat a redacted value of any other.
  const redaction = redactionOfAll(type, opened);
  try {
    run.throwIfAborted();
    const items = opened.map(({ item }) => item);
    const handling = Promise.resolve(handler(items, batchContext(run, runtime)));
    const answer: unknown = await run.work(handling.then(settledElements));
    for (const { followUps } of opened) followUps.close();
    const elements = elementsOf(answer, opened.length);
    return await Promise.all(
      opened.map((one, index) => {
        const outcome = () => (elements ? outcomeAt(elements, index, one.delivery.id) : 'done');
        return batchResult(run, { ...one, redaction, outcome, log: runtime.log });
      }),
    );
  } catch (thrown) {
    return opened.map(({ delivery: claim }) =>
      failed({ claim, ms: run.elapsedMs, redaction: redaction() }, thrown),
    );
  }
}

/** Made when something has failed, and once for all. */
function redactionOfAll(type: AnyMessageType, opened: readonly Opened[]): () => Redaction {
  let made: Redaction | undefined;
  return () => {
    made ??= redactionOf(
      type,
      opened.map(({ delivery }) => delivery),
    );
    return made;
  };
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
