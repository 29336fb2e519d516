// What is sent to SQS on purpose once more: its earlier copies, wherever they are, are superseded.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const error = { name: 'Error', message: 'broken' };
const dead = (message: WireMessage) => ({ message, outcome: 'dead', ms: 1, error });
const done = (message: WireMessage) => ({ message, outcome: 'done', ms: 1 });

/** What is relayed now, which is one. */
async function relayed(sqs: SqsQueue): Promise<WireMessage> {
  const copies = await sqs.relay();
  expect(copies).toHaveLength(1);
  return copies[0] as WireMessage;
}

test('a redrive begins the next round, with all attempts before it', async () => {
  const sqs = await declareSqsQueue(db);
  const first = await sqs.relayOne();
  await sqs.settle(randomUUID(), dead(first));
  await operator.redrive({ ids: [first.id] });
  expect(await sqs.receipt(first.id)).toEqual({
    round: 1,
    attempts: 0,
    outcome: null,
    state: 'begun',
  });
  const second = await relayed(sqs);
  expect(second).toMatchObject({ id: first.id, round: 1, attempt: 0 });
  expect(await sqs.status(first.id)).toBe('relayed');
  expect(await sqs.receiveOne(first, { suspects: 1 })).toMatchObject({ state: 'ended' });
  expect(await sqs.settle(randomUUID(), done(first))).toMatchObject({ duplicate: [first.id] });
  expect(await sqs.settle(randomUUID(), done(second))).toMatchObject({ settled: 1 });
  expect(await sqs.status(first.id)).toBe('done');
});

test('a replay begins the next round of what is done, and of what nobody has told of', async () => {
  const sqs = await declareSqsQueue(db);
  const first = await sqs.relayOne();
  await sqs.settle(randomUUID(), done(first));
  const silent = await sqs.relayOne();
  for (const { id } of [first, silent]) {
    expect(await operator.replay(id)).toEqual({ queues: [sqs.queue.name] });
    expect(await relayed(sqs)).toMatchObject({ id, round: 1, attempt: 0 });
    expect(await operator.replay(id)).toEqual({ queues: [sqs.queue.name] });
    expect(await relayed(sqs)).toMatchObject({ id, round: 2, attempt: 0 });
    expect(await sqs.status(id)).toBe('relayed');
  }
});

test('a replay of a dead letter begins one round', async () => {
  const sqs = await declareSqsQueue(db);
  const first = await sqs.relayOne();
  await sqs.settle(randomUUID(), dead(first));
  await operator.replay(first.id);
  expect(await relayed(sqs)).toMatchObject({ id: first.id, round: 1 });
});

test('a replay leaves the receipts of queues in Postgres alone', async () => {
  const sqs = await declareSqsQueue(db, { engine: 'postgres' });
  const { id } = await sqs.relayOne();
  await operator.replay(id);
  expect(await sqs.receipt(id)).toBeUndefined();
});

test.each([
  ['retry', 1],
  ['snooze', 0],
])('a %s that is resent waits in Postgres, with %i attempts spent', async (outcome, spent) => {
  const sqs = await declareSqsQueue(db);
  const first = await sqs.relayOne();
  const token = randomUUID();
  const result = { message: first, outcome, error, delaySeconds: 100, resend: true };
  const answer = { settled: 1, dead: [], stale: [], duplicate: [], delays: {} };
  expect(await sqs.settle(token, result)).toMatchObject(answer);
  expect(await sqs.settle(token, result)).toMatchObject({ ...answer, settled: 0, repeated: 1 });
  expect(await sqs.status(first.id)).toBe('scheduled');
  expect(await sqs.relay()).toEqual([]);
  expect(await sqs.receiveOne(first)).toMatchObject({ state: 'ended' });
  await sqs.queue.makeDue();
  const second = await relayed(sqs);
  expect(second).toMatchObject({ id: first.id, round: 1, attempt: spent });
  expect(await sqs.receiveOne(second, { count: 1 })).toMatchObject({ attempt: spent + 1 });
});

test('what is resent at its last attempt is dead instead', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 1 });
  const message = await sqs.relayOne();
  const result = { message, outcome: 'retry', error, resend: true };
  expect(await sqs.settle(randomUUID(), result)).toMatchObject({ dead: [message.id] });
  expect(await sqs.relay()).toEqual([]);
});

test('what SQS keeps in order is not resent, and nothing of the call is settled', async () => {
  const sqs = await declareSqsQueue(db, { engine: 'sqs-fifo' });
  const [first, second] = [
    await sqs.relayOne({ groupKey: 'a' }),
    await sqs.relayOne({ groupKey: 'b' }),
  ];
  const result = { message: first, outcome: 'retry', error, delaySeconds: 5, resend: true };
  await expect(sqs.settle(randomUUID(), result, done(second))).rejects.toMatchObject({
    code: 'MR010',
    message: expect.stringContaining('would overtake it'),
  });
  expect(await sqs.receipt(second.id)).toBeUndefined();
  expect(await sqs.relay()).toEqual([]);
});

/** As a relay that has sent a delivery and was not able to say so. */
const afterSending = {
  'a redrive': async (sqs: SqsQueue, copy: WireMessage) => {
    await sqs.settle(randomUUID(), dead(copy));
    await operator.redrive({ ids: [copy.id] });
  },
  'a resend': (sqs: SqsQueue, copy: WireMessage) =>
    sqs.settle(randomUUID(), { message: copy, outcome: 'retry', delaySeconds: 0, resend: true }),
} as const;

test.each(Object.entries(afterSending))(
  '%s takes a delivery from a relay that has sent it and has not said so',
  async (_, act) => {
    const sqs = await declareSqsQueue(db);
    await sqs.queue.enqueueMany(Array(10).fill({}));
    const { copies, relayed: settleAsRelayed } = await sqs.send();
    const copy = copies[4] as WireMessage;
    await act(sqs, copy);
    await settleAsRelayed();
    expect(await sqs.status(copy.id)).toBe('pending');
    expect(await relayed(sqs)).toMatchObject({ id: copy.id, round: 1 });
    expect(await sqs.relay()).toEqual([]);
  },
);

test('a member of a group goes round again in its group', async () => {
  const sqs = await declareSqsQueue(db, { engine: 'sqs-fifo' });
  const first = await sqs.relayOne({ groupKey: 'g' });
  await sqs.settle(randomUUID(), dead(first));
  await operator.redrive({ ids: [first.id] });
  expect(await relayed(sqs)).toMatchObject({ id: first.id, groupKey: 'g', round: 1 });
});
