// Messages that go straight to the SQS queues of classes of priority.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { QueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { bearer, createApiDatabase, openApi } from '#test/support/functions/api.ts';
import { openSqs } from '#test/support/functions/sqs.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const hurried = defineMessageType({ name: 'test.hurried', payload: z.unknown() });
const registry = defineRegistry({
  queues: [
    defineQueue({
      name: 'mail',
      policy: { engine: 'sqs', priorities: [2, 5] },
      subscriptions: [on(hurried, () => {})],
    }),
  ],
});

test('each goes to the class of its priority, which it has with it where it is not the usual one', async () => {
  const { database, query } = await createApiDatabase();
  await syncRegistry(database, registry);
  const { sqs, access, calls, queuesUrl } = await openSqs([
    { name: 'millrace-mail' },
    { name: 'millrace-mail-p2' },
  ]);
  const urls = new QueueUrls(`${queuesUrl}millrace-`);
  const straight = straightWay({ registry, urls, access, log: recordingLog() });
  const { call } = openApi({ database, registry, straight });
  const messages = [1, 2, 3, 5, undefined, 9].map((priority) => ({
    ...{ type: 'test.hurried', payload: priority ?? 0 },
    ...(priority !== undefined && { priority }),
  }));
  const path = '/v1/messages/batch';
  await call({ method: 'POST', path, headers: bearer(), body: { messages } });
  const seen = (name: string) =>
    receive(sqs, name, { most: 10 })
      .map(({ message }) => JSON.parse(message.body))
      .map(({ payload, priority }) => [payload, priority])
      .toSorted();
  expect(calls).toHaveLength(2);
  expect(seen('millrace-mail-p2')).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(seen('millrace-mail')).toEqual([
    [0, undefined],
    [3, 3],
    [5, undefined],
    [9, 9],
  ]);
  expect(await query('select from millrace.message')).toEqual([]);
});
