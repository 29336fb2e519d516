import type { SingleSubscription } from '#queue/declare/handler.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { done, failed, failureOf } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import type { QueueRuntime } from './queue-runtime.ts';
import { storedResult } from './stored-result.ts';

/**
 * One delivery, one call of the handler. Only promises are awaited, since a handler and a schema may both be synchronous,
 * and each await of something else would cost every message a turn of the event loop.
 */
export async function handleSingle(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  runtime: QueueRuntime,
  { type, handler }: SingleSubscription,
): Promise<Result> {
  try {
    const opening = openMessage(run, delivery, type);
    const message = opening instanceof Promise ? await opening : opening;
    if ('outcome' in message) return message;
    const context = new Context(run, delivery, runtime);
    const handling = handler(message, context);
    const returned: unknown = isThenable(handling) ? await run.work(handling) : handling;
    const followUps = context.close();
    const checking = followUps?.checked();
    if (checking) await run.work(checking);
    const result = returned && storedResult(returned, context.log);
    return done(delivery, run.elapsedMs, { enqueue: followUps?.messages, result });
  } catch (thrown) {
    return failed(failureOf(run, delivery, type), thrown);
  }
}

// A handler in plain JavaScript may return anything: what is no promise means done, as undefined does.
const isThenable = (returned: unknown): returned is PromiseLike<unknown> =>
  returned instanceof Object && 'then' in returned && typeof returned.then === 'function';
