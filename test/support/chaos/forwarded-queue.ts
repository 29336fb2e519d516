// A queue of a deployment over two databases, for consumers that are killed: what is sent from one to the other is the subject.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';

// Written by hand: a library would take half of the time that these consumers live.
const any: StandardSchemaV1<object> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as object }) },
};

export const moved = defineMessageType({ name: 'chaos.moved', payload: any });

/** The ids of what was handled in this process, in their order. */
export const handled: string[] = [];

export const movedRegistry = defineRegistry({
  queues: [
    defineQueue({
      name: 'moved',
      subscriptions: [on(moved, ({ id }) => void handled.push(id))],
    }),
  ],
});
