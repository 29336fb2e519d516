// What a webhook may be declared with, and where its messages go.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { loseAnswers } from '#test/support/queue/intercept.ts';
import { handleOne, openWebhook, testSecret } from '#test/support/webhook-queues.ts';
import { onWebhook } from '#webhook/on-webhook.ts';
import type { WebhookOptions } from '#webhook/options.ts';

const wanted = defineMessageType({
  name: 'test.wanted',
  payload: z.object({ callbackUrl: z.string() }),
});
const right = { url: 'https://crm.example/hooks', secrets: 'CRM_SECRETS' };

test.each<[string, Partial<WebhookOptions>]>([
  ['its URL is http: and not https:', { url: 'http://crm.example/hooks' }],
  ['it is no URL', { url: 'crm.example' }],
  ['its URL has a user or a password', { url: 'https://a:b@crm.example/' }],
  ['its port is 8443, and ports has 443', { url: 'https://crm.example:8443/' }],
  ['secrets is the name of an environment variable', { secrets: testSecret }],
  ['secrets is the name of an environment variable', { secrets: '' }],
  ['timeoutSeconds is a number from 0.1 to 900; got 0', { timeoutSeconds: 0 }],
  ['port is a whole number from 1 to 65535; got 0', { ports: [0] }],
  ['allow has origins such as', { allow: ['http://127.0.0.1:4000/'] }],
  ['allow has origins such as', { allow: ['127.0.0.1'] }],
])('is refused when %s', (reason, unfit) => {
  const declare = () => onWebhook(wanted, { ...right, ...unfit });
  expect(declare).toThrow(TypeError);
  expect(declare).toThrow(reason);
  expect(declare).not.toThrow(testSecret);
});

test('takes what is https or allowed, and any form of engine', () => {
  for (const more of [
    {},
    { url: 'http://127.0.0.1:4000/x', allow: ['http://127.0.0.1:4000'] },
    { url: 'https://crm.example:8443/', ports: [443, 8443] },
  ])
    defineQueue({
      name: 'crm',
      policy: { engine: 'sqs' },
      subscriptions: [onWebhook(wanted, { ...right, ...more })],
    });
  // The compiler knows the payload.
  onWebhook(wanted, { ...right, url: ({ payload }) => payload.callbackUrl.trim() });
});

test('a message goes where its payload says, if that may be', async () => {
  const opened = await openWebhook((response) => response.end(), {
    type: wanted,
    webhook: { url: ({ payload }) => (payload as { callbackUrl: string }).callbackUrl },
  });
  const allowed = await handleOne(opened, { callbackUrl: `${opened.target.origin}/theirs` });
  expect(allowed.delivery?.status).toBe('done');
  expect(opened.target.received).toMatchObject([{ path: '/theirs' }]);

  for (const callbackUrl of ['https://169.254.169.254/latest', 'http://crm.example/', 'nothing']) {
    const { delivery, error } = await handleOne(opened, { callbackUrl });
    expect(delivery?.status).toBe('dead');
    expect(error).toMatchObject({
      name: 'Rejected',
      message: expect.stringContaining('nothing is sent to this target'),
    });
  }
  expect(opened.target.received).toHaveLength(1);
});

test('goes on with the trace of its message', async () => {
  const { queues, target } = await openWebhook((response) => response.end());
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await queues.enqueueNumbers(1, { traceparent });
  await queues.drain();
  expect(target.received[0]?.headers['traceparent']).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-/,
  );
});

test('tells of each answer in a line for figures', async () => {
  const statuses = [200, 404, 503];
  const { queues } = await openWebhook((response) => {
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await queues.enqueueNumbers(3);
  await queues.drain();
  const lines = queues.log.lines.filter(({ message }) => message === 'webhook sent');
  expect(lines.map(({ level, attributes }) => [level, attributes?.['answer']]).toSorted()).toEqual([
    ['debug', '2xx'],
    ['debug', '4xx'],
    ['debug', '5xx'],
  ]);
  expect(JSON.stringify(queues.log.lines)).not.toContain(testSecret.slice('whsec_'.length));
});

test('what was settled without an answer is not sent again', async () => {
  const { queues, target } = await openWebhook((response) => response.end());
  const [id = ''] = await queues.enqueueNumbers(1);
  const { registry, log } = queues;
  const database = loseAnswers(queues.database, 'settle_and_claim', 2);
  await drainInvocation({ database, registry, log, remainingMs: () => 60_000 });
  expect((await queues.status(id)).status).toBe('done');
  expect(target.received).toHaveLength(1);
});
