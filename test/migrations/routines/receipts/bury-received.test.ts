// What becomes of copies that SQS has put into its dead-letter queue.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { copyOf, declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

test('a copy of which nothing is known is dead, and the letter says so', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  expect(await sqs.bury([copy], 30)).toEqual({ dead: [copy.id], ended: [] });
  expect(await sqs.bury([copy], 30)).toEqual({ dead: [], ended: [copy.id] });
  const message = expect.stringContaining('delivered it 30 times');
  expect(await sqs.queue.deadLetters()).toEqual([
    { id: copy.id, attempts: 0, error: { name: 'GivenUp', message } },
  ]);
  expect(await sqs.status(copy.id)).toBe('dead');
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'ended' });
});

test('the letter has the error of the last attempt in its round', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  for (const [attempt, name] of ['First', 'Second'].entries()) {
    const token = randomUUID();
    if (attempt > 0) await sqs.receiveOne(copy, { token });
    await sqs.settle(token, {
      message: copy,
      attempt: attempt + 1,
      outcome: 'retry',
      delaySeconds: 0,
      error: { name },
    });
    await sqs.passTime();
  }
  await sqs.bury([copy]);
  expect(await sqs.queue.deadLetters()).toMatchObject([{ attempts: 2, error: { name: 'Second' } }]);
  await operator.redrive({ ids: [copy.id] });
  await sqs.bury(await sqs.relay());
  expect(await sqs.queue.deadLetters()).toMatchObject([
    { attempts: 0, error: { name: 'GivenUp' } },
  ]);
});

test('an attempt that is under way is lost, and whoever settles it late is told', async () => {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  const token = randomUUID();
  await sqs.receiveOne(copy, { token, count: 1 });
  await sqs.bury([copy]);
  expect(await sqs.queue.deadLetters()).toMatchObject([
    { attempts: 1, error: { name: 'LeaseExpired' } },
  ]);
  expect(await sqs.queue.attempts(copy.id)).toMatchObject([
    { outcome: 'relayed' },
    { outcome: 'expired', attempt: 1 },
  ]);
  const late = { message: copy, outcome: 'done', ms: 1 };
  expect(await sqs.settle(token, late)).toMatchObject({ settled: 0, duplicate: [copy.id] });
});

test('what is done, dead or superseded is not buried', async () => {
  const sqs = await declareSqsQueue(db);
  const [done, dead, old] = [await sqs.relayOne(), await sqs.relayOne(), await sqs.relayOne()];
  await sqs.settle(
    randomUUID(),
    { message: done, outcome: 'done' },
    { message: dead, outcome: 'dead' },
  );
  await operator.replay(old.id);
  const { dead: buried, ended } = await sqs.bury([done, dead, old]);
  expect(buried).toEqual([]);
  expect(ended.toSorted()).toEqual([done.id, dead.id, old.id].toSorted());
  expect(await sqs.queue.deadLetters()).toMatchObject([{ id: dead.id }]);
});

test('a message that Postgres does not have is stored with its letter', async () => {
  const sqs = await declareSqsQueue(db, { engine: 'sqs-fifo' });
  const copy = { ...copyOf(uuidV7(), sqs.queue.type), groupKey: 'g', payload: [1] };
  expect(await sqs.bury([copy, copy])).toEqual({ dead: [copy.id], ended: [] });
  await operator.redrive({ ids: [copy.id] });
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, groupKey: 'g', round: 1 }]);
  expect(
    await db.query(
      'select m.payload, (m.origin).group_key from millrace.message m where m.id = $1',
      [copy.id],
    ),
  ).toEqual([{ payload: [1], group_key: 'g' }]);
});

test('refuses a queue that is not declared', async () => {
  const call = db.query('select millrace.bury_received($1, $2)', ['nowhere', '[]']);
  await expect(call).rejects.toMatchObject({ code: 'MR006' });
});
