// What a network loses, from the relay to the dead letters of SQS.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { reject, result, retryAfter, snooze } from '#queue/declare/ways-out.ts';
import { bearer, openApi, putApiKey, secret } from '#test/support/functions/api.ts';
import { openCarriedBySqs } from '#test/support/functions/carried-by-sqs.ts';
import { losses, openLosing } from '#test/support/functions/losing-network.ts';
import { sqsQueue } from '#test/support/queue/receiving.ts';
import { wireMessage } from '#test/support/queue/wire.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const other = defineMessageType({ name: 'test.other', payload: z.unknown() });
const second = defineQueue({ name: 'second', subscriptions: [on(other, () => {})] });

/** Ends as the number says, and counts how often it is called with each. */
function fated(seen: number[]): Handler<{ readonly n: number }> {
  return ({ payload: { n } }, { attempt, enqueue }) => {
    const times = (seen[n] ?? 0) + 1;
    seen[n] = times;
    if (n === 0) enqueue(other, n);
    if (n === 1) reject('no use');
    if (n === 2 && attempt === 1) retryAfter(60, 'not yet');
    if (n === 3 && times === 1) snooze(60);
    if (n === 4) throw new Error('never');
    return n === 5 ? result({ n }) : undefined;
  };
}

const policies: Partial<QueuePolicy>[] = [{ engine: 'sqs', once: true }, { engine: 'sqs-fifo' }];

describe.each(losses)('with the first %s of everything lost', (loss) => {
  test.each(policies)('each attempt is made and recorded once: %o', async (policy) => {
    const seen: number[] = [];
    const limits = { maxAttempts: 2, retryBaseSeconds: 10 };
    const queue = sqsQueue(fated(seen), { ...policy, ...limits });
    const losing = await openLosing(loss, queue, { others: [second] });
    const { enqueueNumbers, relay, handleAll, attempts, status, query, called } = losing;
    const ids = await enqueueNumbers(8);
    await relay();
    await handleAll();
    expect(await attempts()).toEqual({
      0: ['1 done'],
      1: ['1 dead'],
      2: ['1 retry', '2 done'],
      3: ['1 snooze', '1 done'],
      4: ['1 retry', '2 dead'],
      5: ['1 done'],
      6: ['1 done'],
      7: ['1 done'],
    });
    expect(seen).toEqual([1, 1, 2, 2, 2, 1, 1, 1]);
    const statuses = await Promise.all(ids.map(async (id) => (await status(id)).status));
    expect(statuses).toEqual(['done', 'dead', 'done', 'done', 'dead', 'done', 'done', 'done']);
    expect((await status(ids[5] ?? '')).deliveries[0]?.result).toEqual({ n: 5 });
    expect(await query(`select from millrace.message where type = 'test.other'`)).toHaveLength(1);
    expect(called()).toEqual(new Set(['SendMessageBatch', 'ChangeMessageVisibilityBatch']));
  });

  test('suspects are handled once each, after all else is deleted', async () => {
    const seen: number[] = [];
    const queue = sqsQueue(({ payload: { n } }) => void seen.push(n));
    const { send, sqs, pass, handleAll, statuses, called } = await openLosing(loss, queue);
    await send([wireMessage({ payload: { n: 1 } }), wireMessage({ payload: { n: 2 } })]);
    // As if a process had ended with them.
    receive(sqs, 'millrace-test-carried', { most: 10 });
    await pass(90);
    await send([wireMessage({ payload: { n: 3 } })]);
    await handleAll();
    expect([seen[0], seen.toSorted()]).toEqual([3, [1, 2, 3]]);
    expect(await statuses()).toEqual({ done: 3 });
    expect(called()).toContain('DeleteMessageBatch');
  });

  test('what SQS gives up is one dead letter', async () => {
    const { send, sqs, pass, handleAll, query, statuses } = await openLosing(
      loss,
      sqsQueue(() => {}),
      { maxReceiveCount: 1 },
    );
    await send([wireMessage({ payload: { n: 1 } }), wireMessage({ payload: { n: 2 } })]);
    receive(sqs, 'millrace-test-carried', { most: 10 });
    // As if the process had ended with them: their next delivery would be one too many.
    await pass(90);
    await handleAll();
    expect(await statuses()).toEqual({ dead: 2 });
    expect(await query('select from millrace.dead_letter')).toHaveLength(2);
  });
});

test('what SQS has taken without being heard is stored as well, and handled once', async () => {
  let handled = 0;
  const queue = sqsQueue(
    () => {
      handled += 1;
    },
    { once: true },
  );
  const carried = await openCarriedBySqs(queue);
  const { database, registry, log, access, troubles, left, poll, drain } = carried;
  await putApiKey(carried, 'shop', secret, ['enqueue:*']);
  const urls = readQueueUrls(process.env);
  const straight = straightWay({ registry, urls, access, log });
  const api = openApi({ database, registry, straight });
  const body = { type: 'test.numbered', payload: { n: 1 } };
  troubles.push('lost answer', 'lost answer', 'lost answer');
  const enqueued = await api.call({ path: '/v1/messages', headers: bearer(), body });
  expect([enqueued.status, enqueued.body.status]).toEqual([202, 'pending']);
  await drain({ registry: withRelayPolicy(registry), openRelay: openRelays(process.env) });
  expect(left().queue).toBeGreaterThan(1);
  poll();
  await waitUntil(() => left().queue === 0);
  expect(handled).toBe(1);
  expect((await carried.status(enqueued.body.id)).status).toBe('done');
});
