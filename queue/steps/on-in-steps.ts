// This wing runs handlers in steps. It stands apart from queue/handle, which reaches it through what onInSteps declares: so an
// application that has no such handlers has nothing of it in its bundle. To read it: this file, then step-run.ts.
import { requireInRange } from '#queue/declare/in-range.ts';
import type { AnyMessageType, PayloadOf } from '#queue/declare/message-type.ts';
import type { StepsHandler, StepsSubscription } from '#queue/declare/steps-handler.ts';
import { runInSteps } from './run-in-steps.ts';

/**
 * Subscribes a queue to a message type whose handler works in steps. What a step gives is recorded when it has ended, so an attempt
 * goes on behind the last finished step of the attempts before it. A step is run at least once: after a crash in the middle of it,
 * it is run again.
 *
 * version, 1 to 32767: raise it whenever steps are added, removed, renamed or put in another order. A delivery whose recorded steps
 * are not the handler's is rejected with `StepsChanged`; one that newer code has begun is retried until newer code has it.
 *
 * @example
 * ```ts
 * onInSteps(orderPlaced, { version: 1 }, async ({ payload, id }, { step }) => {
 *   const charge = await step('charge the card', () => cards.charge(payload.card, { idempotencyKey: id }));
 *   await step('print the label', () => labels.print(payload.orderId, charge.id));
 * });
 * ```
 */
export function onInSteps<Type extends AnyMessageType>(
  type: Type,
  options: { readonly version: number },
  handler: StepsHandler<PayloadOf<Type>>,
): StepsSubscription {
  const { version } = options;
  requireInRange('The version of a handler in steps', version, { from: 1, to: 32_767 });
  return {
    kind: 'steps',
    type,
    handler: (message, context, lease) => runInSteps({ message, context, lease, version, handler }),
  };
}
