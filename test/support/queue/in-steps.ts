// Queues whose handlers work in steps.
import type { Queue } from '#queue/declare/queue.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import type { StepsContext, StepsHandler } from '#queue/declare/steps-handler.ts';
import { onInSteps } from '#queue/steps/on-in-steps.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import type { OpenQueues } from './open-queues.ts';

export const inSteps = (handler: StepsHandler<{ n: number }>, version = 1): Queue =>
  defineQueue({
    name: 'work',
    policy: { maxAttempts: 3 },
    subscriptions: [onInSteps(numbered, { version }, handler)],
  });

/** Steps that leave a trace each time they are run. */
export function traced() {
  const ran: string[] = [];
  const run = ({ step }: Pick<StepsContext, 'step'>, name: string) =>
    step(name, () => {
      ran.push(name);
      return `${name} ${ran.length}`;
    });
  return { ran, run };
}

/** Drains again and again, each time as if what waits were due, until nothing is claimed any more. */
export async function drainAll(queues: OpenQueues): Promise<void> {
  for (let claimed = 1; claimed > 0; ) {
    ({ claimed } = await queues.drain());
    await makeDue(queues);
  }
}

/** A drain of other code, whose queue has another handler. */
export const drainBy = (queues: OpenQueues, queue: Queue) =>
  queues.drain({ registry: { ...queues.registry, queues: new Map([[queue.name, queue]]) } });

/** How each attempt has ended, and why. */
export const errorsOf = async (queues: OpenQueues, id: string) =>
  (await queues.status(id)).deliveries[0]?.attempts.map(({ outcome, error }) => [
    outcome,
    error?.message,
  ]);
