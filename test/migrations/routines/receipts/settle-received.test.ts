// What becomes of results that an SQS consumer tells, and of whom they count.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';
import { copyOf, declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const error = { name: 'Error', message: 'broken' };
const nothing = { settled: 0, repeated: 0, dead: [], stale: [], duplicate: [], delays: {} };
const settled = { ...nothing, settled: 1 };
const repeated = { ...nothing, repeated: 1 };

/** A queue and a copy of which nothing is known. */
async function setup(policy: object = {}) {
  const sqs = await declareSqsQueue(db, policy);
  const message = await sqs.relayOne();
  return { sqs, message, id: message.id, token: randomUUID() as string };
}

test('done ends the delivery, with its attempt and its result', async () => {
  const { sqs, message, id, token } = await setup();
  const done = { message, outcome: 'done', ms: 5, result: { sum: 3 } };
  expect(await sqs.settle(token, done)).toEqual(settled);
  expect(await sqs.status(id)).toBe('done');
  expect(await sqs.receipt(id)).toEqual({ round: 0, attempts: 1, outcome: 'done', state: 'ended' });
  expect(await sqs.queue.attempts(id)).toMatchObject([
    { outcome: 'relayed', attempt: 0 },
    { outcome: 'done', attempt: 1 },
  ]);
  const [{ status }] = (await db.query('select millrace.status($1) as status', [id])) as [
    { status: { deliveries: object[] } },
  ];
  expect(status.deliveries).toMatchObject([{ status: 'done', result: { sum: 3 } }]);
  expect(await sqs.settle(token, done)).toEqual(repeated);
  expect(await sqs.settle(randomUUID(), done)).toEqual({ ...nothing, duplicate: [id] });
  expect(await sqs.queue.attempts(id)).toHaveLength(2);
});

test('the follow-ups of what is done are stored with it, once', async () => {
  const { sqs, message, token } = await setup();
  const next = await declareQueue(db);
  const done = { message, outcome: 'done', ms: 5, enqueue: [{ type: next.type, payload: 1 }] };
  await sqs.settle(token, done);
  await sqs.settle(token, done);
  await sqs.settle(randomUUID(), done);
  const rows = await next.rows();
  expect(rows).toHaveLength(1);
  const causes = await db.query(
    'select (m.origin).caused_by as cause from millrace.message m where m.id = $1',
    [rows[0]?.id],
  );
  expect(causes).toEqual([{ cause: message.id }]);
});

test('a follow-up that cannot be stored undoes all', async () => {
  const { sqs, message, id, token } = await setup();
  const done = { message, outcome: 'done', ms: 5, enqueue: [{ type: 'no.such', payload: 1 }] };
  await expect(sqs.settle(token, done)).rejects.toMatchObject({ code: 'MR001' });
  expect(await sqs.receipt(id)).toBeUndefined();
  expect(await sqs.status(id)).toBe('relayed');
});

test('a retry waits for its delay, which the answer tells, and a repeated one, too', async () => {
  const { sqs, message, id, token } = await setup();
  const retry = { message, outcome: 'retry', ms: 5, error, delaySeconds: 30 };
  expect(await sqs.settle(token, retry)).toEqual({ ...settled, delays: { [id]: 30 } });
  expect(await sqs.receipt(id)).toMatchObject({ attempts: 1, outcome: 'retry', state: 'waiting' });
  const again = await sqs.settle(token, retry);
  expect(again).toMatchObject({ ...repeated, delays: { [id]: expect.any(Number) } });
  expect(again.delays[id]).toBeGreaterThan(20);
  expect(await sqs.status(id)).toBe('relayed');
  expect(await sqs.settle(randomUUID(), retry)).toEqual({ ...nothing, stale: [id] });
  expect(await sqs.queue.attempts(id)).toHaveLength(2);
});

test('a retry waits for the backoff of the queue when it names no delay', async () => {
  const { sqs, message, id, token } = await setup({ retryBaseSeconds: 100 });
  const { delays } = await sqs.settle(token, { message, attempt: 2, outcome: 'retry', error });
  expect(delays[id]).toBeGreaterThanOrEqual(100);
  expect(delays[id]).toBeLessThanOrEqual(200);
});

test('the last attempt that fails is a death, told again when the call is repeated', async () => {
  const { sqs, message, id, token } = await setup({ maxAttempts: 2 });
  const retry = { message, attempt: 2, outcome: 'retry', error };
  expect(await sqs.settle(token, retry)).toEqual({ ...settled, dead: [id] });
  expect(await sqs.settle(token, retry)).toEqual({ ...repeated, dead: [id] });
  expect(await sqs.queue.deadLetters()).toEqual([{ id, attempts: 2, error }]);
  expect(await sqs.status(id)).toBe('dead');
});

test('what is rejected is dead at once', async () => {
  const { sqs, message, id, token } = await setup();
  expect(await sqs.settle(token, { message, outcome: 'dead', ms: 1, error })).toEqual({
    ...settled,
    dead: [id],
  });
  expect(await sqs.queue.deadLetters()).toEqual([{ id, attempts: 1, error }]);
});

test('a release spends nothing and leaves no attempt, and is no suspect', async () => {
  const { sqs, message, id, token } = await setup();
  expect(await sqs.settle(token, { message, outcome: 'release' })).toEqual(settled);
  expect(await sqs.settle(token, { message, outcome: 'release' })).toEqual(repeated);
  expect(await sqs.queue.attempts(id)).toHaveLength(1);
  expect(await sqs.receiveOne(message)).toMatchObject({ state: 'taken', attempt: 1 });
});

test('a release gives back what was taken, with its attempt, and a suspect as a suspect', async () => {
  const { sqs, message, token } = await setup();
  await sqs.receiveOne(message, { token, suspects: 8 });
  expect(await sqs.settle(token, { message, outcome: 'release' })).toEqual(settled);
  expect(await sqs.receiveOne(message)).toMatchObject({
    state: 'suspect',
    attempt: 1,
    together: 200,
  });
  expect(await sqs.receiveOne(message, { suspects: 8 })).toMatchObject({
    state: 'taken',
    attempt: 2,
  });
});

test.each(['retry', 'snooze'])('a %s shows that the process has survived it', async (outcome) => {
  const { sqs, message, token } = await setup();
  await sqs.receiveOne(message, { token, suspects: 8 });
  await sqs.settle(token, { message, attempt: 2, outcome, ms: 1, error: {}, delaySeconds: 0 });
  expect(await sqs.receiveOne(message, { suspects: 0 })).toMatchObject({ state: 'taken' });
});

test('what no code knows is dead, and what newer code knows waits', async () => {
  const { sqs, message, id, token } = await setup();
  const unknown = { outcome: 'unknown', ms: 1, error };
  expect(await sqs.settle(token, { message, ...unknown })).toMatchObject({
    settled: 1,
    delays: { [id]: 30 },
  });
  const later = await sqs.relayOne({ version: 7 });
  expect(await sqs.settle(token, { message: later, ...unknown })).toMatchObject({
    settled: 1,
    dead: [later.id],
  });
});

test('counts for whoever has the lease, even when it ran out, and for nobody else', async () => {
  const { sqs, message, id, token } = await setup();
  await sqs.receiveOne(message, { token, count: 1 });
  const done = { message, outcome: 'done', ms: 1 };
  expect(await sqs.settle(randomUUID(), done)).toEqual({ ...nothing, stale: [id] });
  await sqs.passTime();
  expect(await sqs.settle(randomUUID(), done)).toEqual({ ...nothing, stale: [id] });
  expect(await sqs.settle(token, done)).toEqual(settled);
});

test('does not count for whoever has lost the lease to another', async () => {
  const { sqs, message, id, token } = await setup();
  await sqs.receiveOne(message, { token, count: 1 });
  await sqs.passTime();
  const other = randomUUID();
  await sqs.receiveOne(message, { token: other, suspects: 1 });
  expect(await sqs.settle(token, { message, outcome: 'done' })).toEqual({
    ...nothing,
    stale: [id],
  });
  const done = { message, attempt: 2, outcome: 'done', ms: 1 };
  expect(await sqs.settle(other, done)).toEqual(settled);
  expect(await sqs.settle(token, { message, outcome: 'done' })).toMatchObject({ duplicate: [id] });
});

test('settles each of many by its own outcome', async () => {
  const sqs = await declareSqsQueue(db);
  const copies = [];
  for (let n = 0; n < 5; n += 1) copies.push(await sqs.relayOne());
  const outcomes = ['done', 'retry', 'dead', 'snooze', 'release'];
  const results = copies.map((message, n) => ({
    message,
    outcome: outcomes[n],
    error,
    delaySeconds: 10,
  }));
  const [, retry, dead, snooze] = copies.map(({ id }) => id) as [string, string, string, string];
  expect(await sqs.settle(randomUUID(), ...results)).toEqual({
    ...settled,
    settled: 5,
    dead: [dead],
    delays: { [retry]: 10, [snooze]: 10 },
  });
});

test('two copies of a delivery in one call count once, the first of them', async () => {
  const { sqs, message, id, token } = await setup();
  const results = [
    { message, outcome: 'done', ms: 1 },
    { message, outcome: 'retry', error },
  ];
  expect(await sqs.settle(token, ...results)).toEqual(settled);
  expect(await sqs.queue.attempts(id)).toHaveLength(2);
});

test('stores a message that Postgres does not have, as it was relayed', async () => {
  const sqs = await declareSqsQueue(db);
  const message = { ...copyOf(uuidV7(), sqs.queue.type), payload: { n: 1 }, headers: { a: 'b' } };
  await sqs.receiveOne(message);
  expect(await sqs.status(message.id)).toBe('relayed');
  expect(await sqs.settle(randomUUID(), { message, outcome: 'done', ms: 1 })).toEqual(settled);
  expect(
    await db.query(
      'select m.payload, m.headers, m.created_at from millrace.message m where m.id = $1',
      [message.id],
    ),
  ).toEqual([{ payload: { n: 1 }, headers: { a: 'b' }, created_at: new Date(message.createdAt) }]);
  expect(await sqs.queue.attempts(message.id)).toMatchObject([
    { outcome: 'relayed', attempt: 0 },
    { outcome: 'done', attempt: 1 },
  ]);
  expect(await sqs.status(message.id)).toBe('done');
});

test('a message that is past its retention goes with the next maintenance again', async () => {
  const sqs = await declareSqsQueue(db);
  const at = Date.now() - 40 * 86_400_000;
  const message = { ...copyOf(uuidV7(), sqs.queue.type), createdAt: new Date(at).toISOString() };
  await sqs.settle(randomUUID(), { message, outcome: 'done', ms: 1 });
  await db.query('select millrace.maintain()');
  expect(await db.query('select from millrace.message where id = $1', [message.id])).toEqual([]);
  expect(await sqs.queue.attempts(message.id)).toEqual([]);
});

test('refuses an outcome that it does not know, and a queue that is not declared', async () => {
  const { sqs, message, token } = await setup();
  const unfit = sqs.settle(token, { message, outcome: 'lost' });
  await expect(unfit).rejects.toMatchObject({ code: 'MR010' });
  const call = db.query('select millrace.settle_received($1, $2, $3)', ['nowhere', token, '[]']);
  await expect(call).rejects.toMatchObject({ code: 'MR006' });
});
