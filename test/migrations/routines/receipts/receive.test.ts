// What receive answers of copies that SQS brings, by what the database remembers of their deliveries.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const expired = { outcome: 'expired', error: { name: 'LeaseExpired' } };

test('takes a copy that comes for the first time', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  expect(await sqs.receiveOne(copy, { count: 1 })).toEqual({
    state: 'taken',
    attempt: 1,
    waitSeconds: 0,
    together: null,
  });
  expect(await sqs.receipt(copy.id)).toMatchObject({ state: 'leased', attempts: 1, round: 0 });
});

test('goes on counting where the copy began', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = { ...(await sqs.relayOne()), attempt: 1 };
  expect(await sqs.receiveOne(copy, { count: 1 })).toMatchObject({ state: 'taken', attempt: 2 });
});

test('answers the same, and holds the same, when the call is made again', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  const token = randomUUID();
  const first = await sqs.receiveOne(copy, { token, count: 1 });
  expect(await sqs.receiveOne(copy, { token, count: 1 })).toEqual(first);
  expect(await sqs.receipt(copy.id)).toMatchObject({ state: 'leased', attempts: 1 });
});

test('says of what somebody else has for how long it is held', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  await sqs.receiveOne(copy, { count: 1, leaseSeconds: 40 });
  const receipt = await sqs.receiveOne(copy);
  expect(receipt).toMatchObject({ state: 'held', attempt: 1 });
  expect(receipt.waitSeconds).toBeGreaterThan(30);
  expect(receipt.waitSeconds).toBeLessThanOrEqual(40);
});

test('knows a copy that comes again without a word of it as a suspect, and takes it alone', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'suspect', attempt: 1 });
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'suspect', attempt: 1 });
  const token = randomUUID();
  const alone = { token, suspects: 1 };
  expect(await sqs.receiveOne(copy, alone)).toMatchObject({ state: 'taken', attempt: 2 });
  expect(await sqs.receiveOne(copy, alone)).toMatchObject({ state: 'taken', attempt: 2 });
  const [, lost, ...more] = await sqs.queue.attempts(copy.id);
  expect(lost).toMatchObject({ ...expired, attempt: 1 });
  expect(more).toEqual([]);
});

test('never buries a copy for what SQS counts alone', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 1 });
  const copy = await sqs.relayOne();
  // Nor does it count as an attempt: the last one is made once more.
  expect(await sqs.receiveOne(copy, { count: 99, suspects: 1 })).toMatchObject({
    state: 'taken',
    attempt: 1,
  });
});

test('knows what lost its lease as a suspect, takes it alone, and buries it when its attempts are used up', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 2 });
  const copy = await sqs.relayOne();
  await sqs.receiveOne(copy, { count: 1 });
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'suspect', attempt: 1 });
  expect(await sqs.receiveOne(copy, { suspects: 1 })).toMatchObject({ state: 'taken', attempt: 2 });
  await sqs.passTime();
  const token = randomUUID();
  expect(await sqs.receiveOne(copy, { token })).toMatchObject({ state: 'dead', attempt: 2 });
  expect(await sqs.receiveOne(copy, { token })).toMatchObject({ state: 'dead', attempt: 2 });
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'ended' });
  expect(await sqs.queue.deadLetters()).toMatchObject([
    { id: copy.id, attempts: 2, error: { name: 'LeaseExpired' } },
  ]);
  expect(await sqs.queue.attempts(copy.id)).toMatchObject([
    { outcome: 'relayed', attempt: 0 },
    { ...expired, attempt: 1 },
    { ...expired, attempt: 2 },
  ]);
  expect(await sqs.status(copy.id)).toBe('dead');
});

test('lets a retry wait until it is due, and counts on from it', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  await sqs.settle(randomUUID(), { message: copy, outcome: 'retry', delaySeconds: 100, error: {} });
  const waiting = await sqs.receiveOne(copy);
  expect(waiting).toMatchObject({ state: 'waiting', attempt: 1 });
  expect(waiting.waitSeconds).toBeGreaterThan(90);
  expect(waiting.waitSeconds).toBeLessThanOrEqual(100);
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'taken', attempt: 2 });
});

test('spends no attempt for a snooze', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  await sqs.settle(randomUUID(), { message: copy, outcome: 'snooze', delaySeconds: 100 });
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'waiting', attempt: 0 });
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'taken', attempt: 1 });
});

test.each(['done', 'dead'])('acknowledges what is %s', async (outcome) => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  await sqs.settle(randomUUID(), { message: copy, outcome, ms: 1, error: {} });
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'ended' });
  expect(await sqs.receiveOne(copy, { count: 1 })).toMatchObject({ state: 'ended' });
});

test('takes one of several copies of a delivery, and holds the others', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  const token = randomUUID();
  const call = () => sqs.receive([copy, copy], { token, count: 1, leaseSeconds: 50 });
  const answer = [
    { state: 'taken', attempt: 1 },
    { state: 'held', waitSeconds: 50 },
  ];
  expect(await call()).toMatchObject(answer);
  expect(await call()).toMatchObject(answer);
});

test('answers in the order of what it was given', async () => {
  const sqs = await declareSqsQueue(db);
  const copies = [];
  for (let n = 0; n < 6; n += 1) copies.push(await sqs.relayOne());
  const [first, second, third] = copies;
  if (!first || !second || !third) throw new Error('some are missing');
  await sqs.settle(randomUUID(), { message: second, outcome: 'done', ms: 1 });
  await sqs.receiveOne(third, { count: 1 });
  const states = (await sqs.receive(copies.toReversed(), { count: 1 })).map(({ state }) => state);
  expect(states).toEqual(['taken', 'taken', 'taken', 'held', 'ended', 'taken']);
});

test('refuses a queue that is not declared', async () => {
  const call = db.query('select millrace.receive($1, $2, $3, 60)', ['nowhere', randomUUID(), '[]']);
  await expect(call).rejects.toMatchObject({ code: 'MR006' });
});
