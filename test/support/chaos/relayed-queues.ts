// Queues on SQS for consumers that are killed, whose messages are handled nowhere: what is relayed is the subject.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';

// Written by hand: a library would take half of the time that these consumers live.
const any: StandardSchemaV1<object> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as object }) },
};

/** Without a group it goes to both queues. */
export const plain = defineMessageType({ name: 'chaos.plain', payload: any });
export const grouped = defineMessageType({ name: 'chaos.grouped', payload: any });

/** A relay that is killed has spent an attempt, and none of these messages is to die of it. */
const policy = { batchSize: 20, maxAttempts: 1000 } as const;

const onSqs = (name: string, engine: QueuePolicy['engine'], types: readonly AnyMessageType[]) =>
  defineQueue({
    name,
    policy: { ...policy, engine },
    subscriptions: types.map((type) => on(type, () => {})),
  });

export const relayedRegistry = defineRegistry({
  queues: [onSqs('standard', 'sqs', [plain]), onSqs('fifo', 'sqs-fifo', [plain, grouped])],
});
