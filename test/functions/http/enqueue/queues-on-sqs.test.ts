// What the API says of queues that SQS carries: a group that nobody would keep in order, and a message that SQS has.
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { type Delivery, end, SqlQueue } from '#test/support/sql/sql-queue.ts';

const type = (name: string) => defineMessageType({ name, public: true, payload: z.object({}) });
const noted = type('note.taken');
const booked = type('entry.booked');
const registry = defineRegistry({
  queues: [
    defineQueue({
      name: 'notes',
      policy: { engine: 'sqs' },
      subscriptions: [on(noted, () => {})],
    }),
    defineQueue({
      name: 'ledger',
      policy: { engine: 'sqs-fifo' },
      subscriptions: [on(booked, () => {})],
    }),
  ],
});

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  await syncRegistry(stored.database, registry);
  api = openApi({ database: stored.database, registry });
});

const call = (path: string, body?: object) =>
  api.call({ path, headers: bearer(), ...(body && { body }) });
const send = (message: object) => call('/v1/messages', { payload: {}, ...message });
const sendKeyed = async () => {
  const messages = [{ type: 'note.taken', payload: {}, idempotencyKey: 'k' }];
  return (await call('/v1/messages/batch', { messages })).body.messages[0];
};

test('refuses a group for a standard queue, one message or several', async () => {
  const fault = { code: 'invalid_field', detail: expect.stringContaining('queue "notes"') };
  const one = await send({ type: 'note.taken', groupKey: 'g' });
  expect([one.status, one.body.errors]).toEqual([
    422,
    [expect.objectContaining({ ...fault, pointer: '/groupKey' })],
  ]);
  const messages = [
    { type: 'entry.booked', payload: {}, groupKey: 'g' },
    { type: 'note.taken', payload: {}, groupKey: 'g' },
  ];
  const several = await call('/v1/messages/batch', { messages });
  expect([several.status, several.body.errors]).toEqual([
    422,
    [expect.objectContaining({ ...fault, pointer: '/messages/1/groupKey' })],
  ]);
  expect(await stored.query('select from millrace.message')).toEqual([]);
});

test('takes a group for a FIFO queue, and messages without one for both', async () => {
  expect((await send({ type: 'entry.booked', groupKey: 'g' })).status).toBe(202);
  expect((await send({ type: 'note.taken' })).status).toBe(202);
  expect((await send({ type: 'entry.booked' })).status).toBe(202);
});

test('shows and finds what SQS has, and what carries a queue', async () => {
  const queue = new SqlQueue('notes', 'note.taken', stored.query);
  const { id }: { id: string } = await sendKeyed();
  const { deliveries } = await queue.claim({ count: 10 });
  await queue.settle(...deliveries.map((each: Delivery) => end('relayed', each)));

  const { body: message } = await call(`/v1/messages/${id}`);
  expect(message).toMatchObject({
    status: 'relayed',
    deliveries: [
      { status: 'relayed', finishedAt: null, attempts: [{ outcome: 'relayed', attempt: 0 }] },
    ],
  });
  const { body: list } = await call('/v1/messages?status=relayed');
  expect(list.items.map((item: { id: string }) => item.id)).toContain(id);
  expect(await sendKeyed()).toMatchObject({ id, duplicate: true, status: 'relayed' });
  expect((await call('/v1/queues/notes')).body.policy.engine).toBe('sqs');
});
