import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { enqueueMessages, type NewMessage } from '#queue/routines/enqueue.ts';
import { newMessage } from '#queue/routines/new-message.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const message = (changes: Partial<NewMessage> = {}): NewMessage => ({
  ...newMessage(numbered, { n: 1 }),
  ...changes,
});

async function setup() {
  const policy = { maxDepth: 3 };
  const subscriptions = [on(numbered, () => {})];
  return openQueues(defineQueue({ name: 'small', policy, subscriptions }));
}

const stored = message();
const keyed = message({ idempotencyKey: 'a-1' });

test.each<[string, NewMessage[], string]>([
  ['unknown_type', [message({ type: 'test.unheard' })], '/type'],
  ['bad_option', [message({ priority: 10 })], '/priority'],
  ['payload_too_large', [message({ payload: 'x'.repeat(300_000) })], '/payload'],
  ['id_conflict', [message({ id: stored.id, payload: { n: 2 } })], '/id'],
  ['key_conflict', [message({ idempotencyKey: 'a-1', payload: { n: 2 } })], '/idempotencyKey'],
  ['queue_full', [message(), message()], '/type'],
])('a refusal as %s says which message it is and where', async (code, messages, pointer) => {
  const { database, query } = await setup();
  await enqueueMessages(database, [stored, keyed]);
  const failure = await enqueueMessages(database, messages).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EnqueueRefused);
  expect(failure).toMatchObject({ code, index: 0, pointer });
  expect(failure).toHaveProperty('cause.message', failure instanceof Error && failure.message);
  expect(await query('select count(*)::integer from millrace.message')).toEqual([{ count: 2 }]);
});

test('a refusal counts messages from 0', async () => {
  const { database } = await setup();
  await expect(
    enqueueMessages(database, [message(), message({ type: 'test.unheard' })]),
  ).rejects.toMatchObject({ code: 'unknown_type', index: 1 });
});

test('every other error is thrown as it is', async () => {
  const { database, query } = await setup();
  await query('alter function millrace.enqueue_many(jsonb, text) rename to enqueue_gone');
  const failure = await enqueueMessages(database, [message()])
    .catch((error: unknown) => error)
    .finally(() =>
      query('alter function millrace.enqueue_gone(jsonb, text) rename to enqueue_many'),
    );
  expect(failure).not.toBeInstanceOf(EnqueueRefused);
  expect(failure).toMatchObject({ code: '42883' });
});

test.each([
  ['a\u0000', '22P05'],
  ['half a pair: \ud83d', '22P02'],
])('%j cannot be stored, and is no refusal', async (text, code) => {
  const { database, query } = await setup();
  const messages = [message(), message({ payload: { text } })];
  const failure = await enqueueMessages(database, messages).catch((error: unknown) => error);
  expect(failure).not.toBeInstanceOf(EnqueueRefused);
  expect(failure).toMatchObject({ code });
  expect(await query('select 1 from millrace.message')).toEqual([]);
});
