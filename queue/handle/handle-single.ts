import type { HandlerContext, Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { done, failed, failureOf } from './build-result.ts';
import { Context } from './context.ts';
import type { HandlerRun } from './handler-run.ts';
import { openMessage } from './open-message.ts';
import type { QueueRuntime } from './queue-runtime.ts';
import { storedResult } from './stored-result.ts';

interface OneByOne {
  readonly type: AnyMessageType;
  readonly handler: (message: Message, context: HandlerContext) => unknown;
}

/**
 * One delivery, one call of the handler. A promise only where a handler or a schema gives one: both may be synchronous, and
 * promises would cost such a message more than all the rest.
 */
export function handleSingle(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  runtime: QueueRuntime,
  { type, handler }: OneByOne,
): readonly Result[] | Promise<readonly Result[]> {
  const call = (message: Message | Result): Result | Promise<Result> => {
    if ('outcome' in message) return message;
    const context = new Context(run, delivery, runtime);
    const handling = handler(message, context);
    if (isThenable(handling))
      return run.work(handling).then((returned) => succeeded(run, delivery, context, returned));
    return succeeded(run, delivery, context, handling);
  };
  const fail = (thrown: unknown) => [failed(failureOf(run, delivery, type), thrown)];
  try {
    const opening = openMessage(run, delivery, type);
    const handled = opening instanceof Promise ? opening.then(call) : call(opening);
    return handled instanceof Promise ? handled.then((result) => [result], fail) : [handled];
  } catch (thrown) {
    return fail(thrown);
  }
}

function succeeded(
  run: HandlerRun,
  delivery: ClaimedDelivery,
  context: Context,
  returned: unknown,
): Result | Promise<Result> {
  const followUps = context.close();
  const end = () => {
    const result = returned && storedResult(returned, context.log);
    return done(delivery, run.elapsedMs, { enqueue: followUps?.messages, result });
  };
  const checking = followUps?.checked();
  return checking ? run.work(checking).then(end) : end();
}

// A handler in plain JavaScript may return anything: what is no promise means done, as undefined does.
const isThenable = (returned: unknown): returned is PromiseLike<unknown> =>
  returned instanceof Object && 'then' in returned && typeof returned.then === 'function';
