import type { SingleSubscription } from '#queue/declare/handler.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { done, failed, failureOf } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import type { QueueRuntime } from './queue-runtime.ts';

/** One delivery, one call of the handler. */
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
    if (isThenable(handling)) await run.race(handling);
    const followUps = context.close();
    const checking = followUps?.checked();
    if (checking) await run.race(checking);
    return done(delivery, run.elapsedMs, followUps?.messages);
  } catch (thrown) {
    return failed(failureOf(run, delivery, type), thrown);
  }
}

// Not every handler has met the compiler: whatever else one returns means done, too.
const isThenable = (returned: unknown): returned is PromiseLike<unknown> =>
  returned instanceof Object && 'then' in returned && typeof returned.then === 'function';
