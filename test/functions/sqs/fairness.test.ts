// A fair queue on SQS: whom each message is for goes with it, by whichever way, and comes back with what returns to Postgres.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import { redriveDeadLetters } from '#queue/operate/dead-letters.ts';
import { buryReceived } from '#queue/routines/bury-received.ts';
import { settleReceived } from '#queue/routines/settle-received.ts';
import { bearer, openApi, putApiKey, secret } from '#test/support/functions/api.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { openRelayed, type RelayedQueue } from '#test/support/functions/relayed-queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';

const fair = { engine: 'sqs', fair: true } as const;

const keyed = async ({ queues }: RelayedQueue, ...keys: readonly (string | undefined)[]) => {
  for (const [n, key] of keys.entries())
    await queues.enqueue(numbered, { n }, key === undefined ? {} : { fairnessKey: key });
};
const all = { filter: { queue: 'relayed' }, limit: 10, dryRun: false, actor: 'test' };

test('the relay tells SQS whom each message is for, in the order of turns', async () => {
  const relayed = await openRelayed(fair);
  await keyed(relayed, 'noisy', 'noisy', 'noisy', 'tenant 7', undefined);
  expect(await relayed.drain()).toMatchObject({ claimed: 5, done: 5, released: 0 });
  expect(relayed.sent().map(({ fairnessKey }) => fairnessKey)).toEqual([
    ...['noisy', 'tenant 7', undefined, 'noisy', 'noisy'],
  ]);
  const groups = relayed.stored().map(({ groupId }) => groupId);
  expect(groups).toEqual([
    ...['noisy', expect.stringMatching(/^[\da-f]{64}$/), undefined, 'noisy', 'noisy'],
  ]);
});

test('a queue that is not fair is asked for no keys, and sends none', async () => {
  const relayed = await openRelayed({ engine: 'sqs', priorities: [2, 5] });
  await keyed(relayed, 'noisy');
  const database = countStatements(relayed.queues.database);
  await relayed.drain({ database });
  expect(database.statements.some(({ text }) => text.includes('fairness_keys'))).toBe(false);
  expect([relayed.sent(), relayed.stored()]).toMatchObject([
    [expect.not.objectContaining({ fairnessKey: 'noisy' })],
    [expect.not.objectContaining({ groupId: 'noisy' })],
  ]);
});

test('it keeps its priority and its key where there are classes, and both when it is redriven', async () => {
  const relayed = await openRelayed({ ...fair, priorities: [2, 5] });
  const { queues, drain, sent, stored } = relayed;
  await queues.enqueue(numbered, { n: 1 }, { fairnessKey: 'noisy', priority: 1 });
  await drain();
  const [message] = sent(1);
  expect(message).toMatchObject({ fairnessKey: 'noisy', priority: 1 });
  await buryReceived(queues.database, {
    ...{ queue: 'relayed', budgetMs: 5_000 },
    received: sent(1).map((each) => ({ message: each, count: 100 })),
  });
  expect(await redriveDeadLetters(queues.database, all)).toMatchObject({ redriven: 1 });
  await drain();
  expect(sent(1)[1]).toMatchObject({ fairnessKey: 'noisy', priority: 1, round: 1 });
  expect(stored(1)[1]).toMatchObject({ groupId: 'noisy' });
});

test('what waits in Postgres for longer than SQS keeps it is sent for the same key again', async () => {
  const relayed = await openRelayed(fair);
  const { queues, drain, sent, stored } = relayed;
  await keyed(relayed, 'noisy');
  await drain();
  const [message] = sent();
  if (!message) throw new Error('nothing was sent');
  const snooze = { message, attempt: 1, outcome: 'snooze' as const, delaySeconds: 100_000 };
  await settleReceived(queues.database, {
    ...{ queue: 'relayed', token: randomUUID(), budgetMs: 5_000 },
    results: [{ ...snooze, resend: true }] as never,
  });
  await queues.query(`update millrace.delivery set available_at = statement_timestamp()`);
  await drain();
  expect(stored().map(({ groupId }) => groupId)).toEqual(['noisy', 'noisy']);
});

test('what goes straight to SQS has its key, too', async () => {
  const carried = await openCarriedBySqs(sqsQueue(() => {}, { fair: true }));
  const { database, registry, log, access, sqs } = carried;
  await putApiKey(carried, 'shop', secret, ['enqueue:*']);
  const urls = readQueueUrls(process.env);
  const api = openApi({
    ...{ database, registry, straight: straightWay({ registry, urls, access, log }) },
  });
  for (const more of [{ fairnessKey: 'noisy', delaySeconds: 5 }, {}]) {
    const body = { type: 'test.numbered', payload: { n: 1 }, ...more };
    const { status, body: answer } = await api.call({
      ...{ path: '/v1/messages', headers: bearer(), body },
    });
    expect([status, answer.status]).toEqual([202, 'relayed']);
  }
  const stored = [...sqs.queue('millrace-test-carried').messages];
  expect(stored.map(({ groupId }) => groupId).toSorted()).toEqual(['noisy', undefined]);
});
