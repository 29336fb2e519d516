// What users do with fair queues, steps, chords and webhooks, from the request to the end, on the functions as they are deployed.
import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { createConsumerHandler } from '#functions/consumer.ts';
import { DATABASE_URL } from '#functions/environment.ts';
import { createHttpHandler } from '#functions/http.ts';
import { createMigrateHandler } from '#functions/migrate.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type Queue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { reject } from '#queue/declare/ways-out.ts';
import { onInSteps } from '#queue/steps/on-in-steps.ts';
import { createDatabase } from '#test/support/database.ts';
import { bearer, putApiKey, secret } from '#test/support/functions/api.ts';
import { type Call, gatewayEvent, lambdaContext } from '#test/support/functions/gateway-event.ts';
import { openTarget } from '#test/support/misbehaving-target.ts';
import { numbered } from '#test/support/numbered.ts';
import { testSecret } from '#test/support/webhook-queues.ts';
import { onWebhook } from '#webhook/on-webhook.ts';

/** The functions of an application with these queues, and the key of one who may do everything. */
async function deploy(...queues: Queue[]) {
  const { url, query } = await createDatabase();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv(DATABASE_URL, url);
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  const registry = defineRegistry({ queues });
  await createMigrateHandler(registry)();
  await putApiKey({ query }, 'shop', secret, ['enqueue:*', 'read', 'operate']);
  const http = createHttpHandler(registry);
  const consumer = createConsumerHandler(registry);
  const call = async (call: Call) => {
    const { statusCode, body } = await http(gatewayEvent({ ...call, headers: bearer() }));
    return { status: statusCode, body: body ? JSON.parse(body) : undefined };
  };
  const post = async (path: string, body: object) => {
    const answer = await call({ path, body });
    expect([200, 202], JSON.stringify(answer.body)).toContain(answer.status);
    return answer.body;
  };
  const get = async (path: string) => (await call({ path })).body;
  return { call, post, get, drain: () => consumer({}, lambdaContext(20_000)) };
}

const message = (n: number, more: object = {}) => ({
  ...{ type: numbered.name, payload: { n } },
  ...more,
});

test('a tenant with one message is not behind another with a hundred', async () => {
  const handled: number[] = [];
  const shared = defineQueue({
    name: 'shared',
    policy: { fair: true, concurrency: 1 },
    subscriptions: [on(numbered, async ({ payload }) => void handled.push(payload.n))],
  });
  const { call, post, drain } = await deploy(shared);
  const noisy = Array.from({ length: 100 }, (_, n) => message(n, { fairnessKey: 'noisy' }));
  await post('/v1/messages/batch', { messages: noisy });
  await post('/v1/messages', message(-1, { fairnessKey: 'quiet' }));
  const refused = await call({ path: '/v1/messages', body: message(1, { fairnessKey: '' }) });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/fairnessKey' }] } });
  expect(await drain()).toMatchObject({ done: 101 });
  expect(handled.indexOf(-1)).toBeLessThan(2);
});

test('an order waits for its approval, and no attempt is spent', async () => {
  const charged: number[] = [];
  const orders = defineQueue({
    name: 'orders',
    policy: {},
    subscriptions: [
      onInSteps(numbered, { version: 1 }, async ({ payload }, { step, waitFor }) => {
        await step('charge', async () => void charged.push(payload.n));
        const approval = await waitFor('approved', { timeout: { days: 3 } });
        if (!approval) reject('nobody has approved it');
      }),
    ],
  });
  const { call, post, get, drain } = await deploy(orders);
  const { id } = await post('/v1/messages', message(1));
  expect(await drain()).toMatchObject({ snoozed: 1, done: 0 });
  expect(await get(`/v1/messages/${id}`)).toMatchObject({ status: 'scheduled' });

  const unnamed = await call({ path: `/v1/messages/${id}/events`, body: { payload: {} } });
  expect(unnamed).toMatchObject({ status: 422, body: { errors: [{ pointer: '/name' }] } });
  await post(`/v1/messages/${id}/events`, { name: 'approved', payload: { by: 'Ada' } });
  expect(await drain()).toMatchObject({ done: 1 });
  const { status, deliveries } = await get(`/v1/messages/${id}`);
  expect([status, deliveries[0].attempts.at(-1)]).toMatchObject(['done', { attempt: 1 }]);
  expect(charged).toEqual([1]);
});

test('what follows a chord comes once, and knows how its members have ended', async () => {
  const report = defineMessageType({ name: 'test.report', payload: z.object({}) });
  const reported: unknown[] = [];
  const work = defineQueue({
    name: 'work',
    policy: {},
    subscriptions: [
      on(numbered, async ({ payload }) => {
        if (payload.n === 3) reject('the third one is broken');
      }),
      on(report, async ({ headers }) => void reported.push(headers)),
    ],
  });
  const { call, post, get, drain } = await deploy(work);
  const { id } = await post('/v1/chords', {
    messages: [1, 2, 3].map((n) => message(n)),
    followedBy: { type: report.name, payload: {} },
  });
  await drain();
  await drain();
  expect(await get(`/v1/chords/${id}`)).toMatchObject({ status: 'ended', done: 2, dead: 1 });
  expect(reported).toMatchObject([{ 'chord-id': id, 'chord-done': '2', 'chord-dead': '1' }]);
  const late = await call({
    path: `/v1/chords/${id}/messages`,
    body: { messages: [message(4)] },
  });
  expect(late.status).toBe(409);
  await drain();
  expect(reported).toHaveLength(1);
});

test('a webhook is signed, comes again after a 503, and keeps what was answered', async () => {
  vi.stubEnv('TEST_SECRETS', testSecret);
  const target = await openTarget((response) => {
    if (target.received.length > 1) return void response.end('thank you');
    response.statusCode = 503;
    response.end();
  });
  const hooks = defineQueue({
    name: 'hooks',
    policy: { retryBaseSeconds: 0 },
    subscriptions: [
      onWebhook(numbered, {
        url: `${target.origin}/hooks`,
        secrets: 'TEST_SECRETS',
        allow: [target.origin],
      }),
    ],
  });
  const { post, get, drain } = await deploy(hooks);
  const { id } = await post('/v1/messages', message(1));
  // The second attempt is due at once, so in the same drain or in the next one.
  await drain();
  await drain();
  const bodies = target.received.map(({ headers, body }) => {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(testSecret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    return [headers['webhook-id'], JSON.parse(body).data];
  });
  expect(bodies).toEqual([
    [id, { n: 1 }],
    [id, { n: 1 }],
  ]);
  const [delivery] = (await get(`/v1/messages/${id}`)).deliveries;
  expect(delivery).toMatchObject({ result: { status: 200, answer: 'thank you' } });
  expect(delivery.attempts).toMatchObject([
    { attempt: 1, outcome: 'retry' },
    { attempt: 2, outcome: 'done' },
  ]);
});
