// A queue that posts its messages to a target of the test's.
import { onTestFinished, vi } from 'vitest';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { onWebhook } from '#webhook/on-webhook.ts';
import type { WebhookOptions } from '#webhook/options.ts';
import { type Answering, type MisbehavingTarget, openTarget } from './misbehaving-target.ts';
import { numbered } from './numbered.ts';
import { type OpenQueues, openQueues } from './queue/open-queues.ts';

export const testSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface WebhookQueues {
  readonly queues: OpenQueues;
  readonly target: MisbehavingTarget;
}

interface Changes {
  readonly type?: AnyMessageType;
  readonly policy?: Partial<QueuePolicy>;
  readonly webhook?: Partial<WebhookOptions>;
}

/** Messages of `numbered`, unless another type is given, go to /hooks of a target that answers so. */
export async function openWebhook(
  answer: Answering,
  { type = numbered, policy = {}, webhook }: Changes = {},
): Promise<WebhookQueues> {
  vi.stubEnv('TEST_SECRETS', testSecret);
  onTestFinished(() => void vi.unstubAllEnvs());
  const target = await openTarget(answer);
  const options = {
    url: `${target.origin}/hooks`,
    secrets: 'TEST_SECRETS',
    allow: [target.origin],
    ...webhook,
  };
  const queue = defineQueue({ name: 'hooks', policy, subscriptions: [onWebhook(type, options)] });
  return { queues: await openQueues(queue), target };
}

/** What has become of a message's only delivery, after a drain. */
export async function handleOne({ queues }: WebhookQueues, payload: object = { n: 1 }) {
  const [type = numbered] = queues.registry.messageTypes.values();
  const id = await queues.enqueue(type, payload);
  const summary = await queues.drain();
  const { deliveries } = await queues.status(id);
  const [delivery] = deliveries;
  const attempt = delivery?.attempts.at(-1);
  return { id, summary, delivery, attempt, error: attempt?.error };
}
