// A queue whose handler has five steps with a sleep in the middle, and waits for an event before the last one. Each step leaves a trace in
// the database, and the handler leaves what the steps gave it, and the event.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { StepsContext } from '#queue/declare/steps-handler.ts';
import { result } from '#queue/declare/ways-out.ts';
import { onInSteps } from '#queue/steps/on-in-steps.ts';

// Written by hand: a library would take half of the time that these consumers live.
const anything: StandardSchemaV1<object> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as object }) },
};

export const stepping = defineMessageType({ name: 'chaos.stepping', payload: anything });

/** The event. */
export const approval = 'approved';

export const stepNames = ['a', 'b', 'c', 'd', 'e'] as const;

let effectsLeft = Number.POSITIVE_INFINITY;
let sayStuck = () => {};

/** In this process every step after so many effects never ends; `say` is called at the first of them. */
export function stickAfterEffects(count: number | undefined, say: () => void): void {
  effectsLeft = count ?? effectsLeft;
  sayStuck = say;
}

/** The effect comes first, as that of a call of something else does, and what it gives is another value each time. */
async function leaveTrace({ database }: StepsContext, id: string, name: string): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    'insert into trace (message_id, step) values ($1, $2) returning n',
    [id, name],
  );
  effectsLeft -= 1;
  if (effectsLeft === -1) sayStuck();
  if (effectsLeft < 0) await new Promise(() => {});
  return row?.n ?? 0;
}

const handler = onInSteps(stepping, { version: 1 }, async ({ id }, context) => {
  const given: unknown[] = [];
  for (const name of stepNames) {
    if (name === 'e') given.push(await context.waitFor(approval, { timeout: { days: 300 } }));
    given.push(await context.step(name, () => leaveTrace(context, id, name)));
    if (name === 'c') await context.sleep('in the middle', { hours: 1 });
  }
  return result(given);
});

export const steppingRegistry = defineRegistry({
  queues: [
    defineQueue({
      name: 'stepping',
      policy: { batchSize: 20, concurrency: 5, maxAttempts: 1000, retryBaseSeconds: 0 },
      subscriptions: [handler],
    }),
  ],
});

export const makeTraceTable = `
  create table trace (n serial primary key, message_id uuid not null, step text not null)`;
