// Suspects that SQS has brought: how many may be handled side by side, by the leases that each has lost.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();

test('lets fewer suspects be together with each lease that they lose, and ends none by what was lost beside others', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 5 });
  const copy = await sqs.relayOne();
  await sqs.receiveOne(copy, { count: 1 });
  for (const [attempt, together] of [200, 8, 1, 1].entries()) {
    await sqs.passTime();
    const suspect = { state: 'suspect', attempt: attempt + 1, together };
    expect(await sqs.receiveOne(copy)).toMatchObject(suspect);
    expect(await sqs.receiveOne(copy, { suspects: together + 1 })).toMatchObject(suspect);
    const taken = { state: 'taken', attempt: attempt + 2, together: null };
    expect(await sqs.receiveOne(copy, { suspects: together })).toMatchObject(taken);
  }
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'dead', attempt: 5 });
});

test('makes a last attempt that was lost among others once more, alone, and ends it only then', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 3 });
  const copy = { ...(await sqs.relayOne()), attempt: 2 };
  await sqs.receiveOne(copy, { count: 1 });
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'suspect', attempt: 3, together: 1 });
  expect(await sqs.receiveOne(copy, { suspects: 1 })).toMatchObject({ state: 'taken', attempt: 3 });
  await sqs.passTime();
  expect(await sqs.receiveOne(copy)).toMatchObject({ state: 'dead', attempt: 3 });
  expect(await sqs.queue.attempts(copy.id)).toMatchObject([
    { outcome: 'relayed' },
    { outcome: 'expired', attempt: 3 },
    { outcome: 'expired', attempt: 3 },
  ]);
});

test('knows nothing bad of what is sent round again', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 5 });
  const copy = await sqs.relayOne();
  await sqs.receiveOne(copy, { suspects: 1 });
  await sqs.passTime();
  await sqs.receiveOne(copy, { suspects: 1 });
  await new Operator(db.query).replay(copy.id, sqs.queue.name);
  const [sent] = await sqs.relay();
  if (!sent) throw new Error('nothing was sent');
  await sqs.settle(randomUUID(), { message: sent, outcome: 'release' });
  expect(await sqs.receiveOne(sent)).toMatchObject({ state: 'taken', attempt: 1 });
});
