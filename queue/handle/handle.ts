// This wing runs handlers: from claimed deliveries to what is to be settled of each. It knows nothing of claiming, of
// deadlines or of other queues; that is the next wing's, queue/drain. To read it: this file, then handle-single.ts, the
// plain case, with handler-run.ts, open-message.ts, context.ts and build-result.ts, of which the other two kinds of
// handlers are made as well: handle-batch.ts, and handle-in-transaction.ts with its sessions.ts.
import type { HandlerContext, Message } from '#queue/declare/handler.ts';
import { RecordingFailed, UnknownType } from '#queue/errors.ts';
import type { Result } from '#queue/routines/result.ts';
import type { Settled } from '#queue/routines/settle.ts';
import { dead, failed, unknown } from './build-result.ts';
import { handleBatch } from './handle-batch.ts';
import { handleInTransaction } from './handle-in-transaction.ts';
import { handleSingle } from './handle-single.ts';
import type { HandlerRun } from './handler-run.ts';
import type { QueueRuntime } from './queue-runtime.ts';

/** A result that is still to be settled, or what its handler's own transaction has settled. */
export type Handled = Result | Settled;

/**
 * Runs the handler that the queue has for a run's deliveries, which are all of one type. Never throws, and rejects never:
 * whatever goes wrong is a result. A promise only where one is waited for.
 */
export function handle(
  run: HandlerRun,
  runtime: QueueRuntime,
): readonly Handled[] | Promise<readonly Handled[]> {
  // What handlers and schemas throw is caught before. This is for what is thrown while that is recorded, such as by a getter
  // in an upcast payload: a rejection that nobody awaits would end the process, with all that it holds.
  const failAll = (thrown: unknown) => {
    const error = new RecordingFailed(thrown);
    return run.deliveries.map((claim) => failed({ claim, ms: run.elapsedMs }, error));
  };
  try {
    const handled = handledBy(run, runtime);
    return handled instanceof Promise ? handled.catch(failAll) : handled;
  } catch (thrown) {
    return failAll(thrown);
  }
}

function handledBy(
  run: HandlerRun,
  runtime: QueueRuntime,
): readonly Handled[] | Promise<readonly Handled[]> {
  const [delivery] = run.deliveries;
  if (!delivery) return [];
  const subscription = runtime.subscriptions.get(delivery.type ?? '');
  switch (subscription?.kind) {
    case 'single':
      return handleSingle(run, delivery, runtime, subscription);
    case 'batch':
      return handleBatch(run, runtime, subscription);
    case 'transactional':
      return handleInTransaction(run, delivery, runtime, subscription).then((each) => [each]);
    case 'steps': {
      const { type, handler } = subscription;
      const inSteps = (message: Message, context: HandlerContext) =>
        handler(message, context, delivery);
      return handleSingle(run, delivery, runtime, { type, handler: inSteps });
    }
    default: {
      const error = new UnknownType(runtime.queue.name, delivery.type);
      const end = delivery.type === null ? dead : unknown;
      return run.deliveries.map((claim) => end({ claim, ms: run.elapsedMs }, error));
    }
  }
}
