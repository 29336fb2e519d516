// What a user of Millrace would declare to do the work of a benchmark.

import { on } from '../../queue/declare/handler.ts';
import { defineMessageType } from '../../queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '../../queue/declare/queue.ts';
import { defineRegistry, type Registry } from '../../queue/declare/registry.ts';
import { reject } from '../../queue/declare/ways-out.ts';
import { payloadSchema } from '../message.ts';
import { type DrainOptions, NeverAgain } from '../system.ts';

/** As many queues with a type each; the first is the one that most workloads use. */
export function benchRegistry(options: Partial<DrainOptions> = {}, queues = 1): Registry {
  const { batch, concurrency, handler = async () => {} } = options;
  const policy: Partial<QueuePolicy> = {
    ...(batch !== undefined && { batchSize: batch }),
    ...(concurrency !== undefined && { concurrency }),
    retryBaseSeconds: 60,
  };
  const names = Array.from({ length: queues }, (_, n) => typeName(n));
  return defineRegistry({
    queues: names.map((name, n) => {
      const type = defineMessageType({ name, payload: payloadSchema });
      const subscription = on(type, async ({ payload }) => {
        try {
          await handler(payload);
        } catch (error) {
          if (error instanceof NeverAgain) reject('never again');
          throw error;
        }
      });
      return defineQueue({ name: queueName(n), policy, subscriptions: [subscription] });
    }),
  });
}

export const queueName = (n: number) => `bench_${n}`;
export const typeName = (n: number) => `bench.message_${n}`;
