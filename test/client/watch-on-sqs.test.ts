// Following a message that SQS carries, of which the database may hear late or never.
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '#client/client.ts';
import type { Enqueued, MessageStatus } from '#client/message-answers.ts';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import type { Queue, QueuePolicy } from '#queue/declare/queue.ts';
import { retryAfter } from '#queue/declare/ways-out.ts';
import { serveApi } from '#test/support/client/served-api.ts';
import { bearer, openApi, putApiKey, secret } from '#test/support/functions/api.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';

async function openWatched(queue: Queue) {
  const carried = await openCarriedBySqs(queue);
  const { database, registry, log, access } = carried;
  await putApiKey(carried, 'shop', secret, ['enqueue:*', 'read']);
  const urls = readQueueUrls(process.env);
  const api = openApi({
    database,
    registry,
    straight: straightWay({ registry, urls, access, log }),
  });
  const served = await serveApi(api);
  onTestFinished(() => served.stop());
  const client = createClient({ url: served.url, key: secret });
  return {
    ...carried,
    api,
    relay: () =>
      carried.drain({
        registry: withRelayPolicy(registry),
        openRelay: openRelays(process.env),
      }),
    /** Under an idempotency key of its own, so that it is stored. */
    enqueue: () => client.enqueue('test.numbered', { n: 1 }),
    async sendStraight(): Promise<Enqueued> {
      const body = { type: 'test.numbered', payload: { n: 1 } };
      const enqueued = await api.call({ path: '/v1/messages', headers: bearer(), body });
      expect(enqueued.body.status).toBe('relayed');
      return enqueued.body;
    },
    status: (id: string) => client.status(id),
    follow(id: string, statusToken: string) {
      const seen: MessageStatus[] = [];
      const run = async () => {
        const stranger = createClient({ url: served.url });
        for await (const status of stranger.watch(id, { statusToken })) seen.push(status);
      };
      return { seen, ended: run() };
    },
  };
}

const failuresOnly: Partial<QueuePolicy> = { history: 'failures' };

/** What the API has answered to questions for a status. */
const answers = ({ log }: ReturnType<typeof openApi>) =>
  log.filter(({ route }) => route === '/v1/messages/:id');

test('what went straight to SQS is waited for until something is recorded of it', async () => {
  const watched = await openWatched(sqsQueue(() => {}));
  const { id, statusToken } = await watched.sendStraight();
  const { seen, ended } = watched.follow(id, statusToken);
  await expect.poll(() => answers(watched.api).length).toBe(1);
  expect(answers(watched.api)[0]).toMatchObject({ status: 404, problem: 'not-recorded' });
  watched.poll();
  await ended;
  expect(seen).toMatchObject([
    {
      id,
      status: 'done',
      deliveries: [{ attempts: [{ outcome: 'relayed' }, { outcome: 'done' }] }],
    },
  ]);
});

test('it is not found once that takes too long', async () => {
  const watched = await openWatched(sqsQueue(() => {}));
  const { id, statusToken } = await watched.sendStraight();
  vi.setSystemTime(Date.now() + 16 * 60_000);
  onTestFinished(() => void vi.useRealTimers());
  await expect(watched.follow(id, statusToken).ended).rejects.toMatchObject({ kind: 'not-found' });
});

test('it is not found at once where only failures are recorded', async () => {
  const watched = await openWatched(sqsQueue(() => {}, failuresOnly));
  const { id, statusToken } = await watched.sendStraight();
  await expect(watched.follow(id, statusToken).ended).rejects.toMatchObject({
    kind: 'not-found',
    detail: expect.stringContaining('straight to SQS'),
  });
});

test('a watch ends with what was relayed where only failures are recorded', async () => {
  const watched = await openWatched(sqsQueue(() => {}, failuresOnly));
  const { id, statusToken } = await watched.enqueue();
  const { seen, ended } = watched.follow(id, statusToken);
  await expect.poll(() => seen.length).toBe(1);
  await watched.relay();
  await ended;
  expect(seen.at(-1)).toMatchObject({
    status: 'relayed',
    deliveries: [{ status: 'relayed', endsUnseen: true }],
  });
});

test.each<[string, Partial<QueuePolicy>, number]>([
  ['all is recorded', {}, 1],
  ['the database is asked before each attempt', { ...failuresOnly, once: true }, 1],
  ['it has failed before', failuresOnly, 2],
])('a watch goes on to the end where %s', async (_, policy, attempts) => {
  const queue = sqsQueue((_message, { attempt }) => {
    if (attempt < attempts) retryAfter(60, 'not yet');
  }, policy);
  const watched = await openWatched(queue);
  const { id, statusToken } = await watched.enqueue();
  await watched.relay();
  if (attempts > 1) {
    watched.poll();
    await expect
      .poll(async () => (await watched.status(id)).deliveries[0]?.attempts.length)
      .toBe(2);
  }
  const { seen, ended } = watched.follow(id, statusToken);
  await expect.poll(() => seen.length).toBe(1);
  expect(seen[0]?.deliveries[0]).not.toHaveProperty('endsUnseen');
  if (attempts > 1) await watched.pass(61);
  else watched.poll();
  await ended;
  expect(seen.at(-1)?.status).toBe('done');
});
