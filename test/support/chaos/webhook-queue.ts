// A queue that posts to a target of the test's, for consumers that are killed meanwhile.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { onWebhook } from '#webhook/on-webhook.ts';

// Written by hand: a library would take half of the time that these consumers live.
const any: StandardSchemaV1<object> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as object }) },
};

export const posted = defineMessageType({ name: 'chaos.posted', payload: any });

export const postedSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** origin: the target's, such as http://127.0.0.1:4000. */
export const postedRegistry = (origin: string) =>
  defineRegistry({
    queues: [
      defineQueue({
        name: 'posted',
        // A consumer that is killed has spent an attempt, and none of these messages is to die of it.
        policy: { maxAttempts: 1_000 },
        subscriptions: [
          onWebhook(posted, { url: origin, secrets: () => postedSecret, allow: [origin] }),
        ],
      }),
    ],
  });
