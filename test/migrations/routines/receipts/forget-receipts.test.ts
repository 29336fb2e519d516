// How long receipts are kept: for as long as SQS may have a copy, and no longer.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();

/** As if the receipt had been written last so many days ago. */
const age = (id: string, days: number) =>
  db.query(
    'update millrace.receipt set kept_until = kept_until - $2::integer where message_id = $1',
    [id, days],
  );

test('maintenance removes what SQS cannot have a copy of any more', async () => {
  const sqs = await declareSqsQueue(db);
  const [kept, gone] = [await sqs.relayOne(), await sqs.relayOne()];
  for (const message of [kept, gone]) await sqs.settle(randomUUID(), { message, outcome: 'done' });
  // 14 days in SQS, and 14 in its dead-letter queue.
  await age(kept.id, 28);
  await age(gone.id, 31);
  await db.query('select millrace.maintain()');
  expect(await sqs.receipt(kept.id)).toMatchObject({ state: 'ended' });
  expect(await sqs.receipt(gone.id)).toBeUndefined();
  expect(await sqs.status(gone.id)).toBe('done');
});

test('each write keeps it for as long once more', async () => {
  const sqs = await declareSqsQueue(db);
  const message = await sqs.relayOne();
  await sqs.settle(randomUUID(), { message, outcome: 'retry', delaySeconds: 0 });
  await age(message.id, 31);
  await sqs.receiveOne(message);
  await db.query('select millrace.maintain()');
  expect(await sqs.receipt(message.id)).toMatchObject({ state: 'leased' });
});

test('maintenance does not wait for what somebody has hold of', async () => {
  const sqs = await declareSqsQueue(db);
  const message = await sqs.relayOne();
  await sqs.settle(randomUUID(), { message, outcome: 'retry', delaySeconds: 0 });
  await age(message.id, 31);
  const client = await connect(db);
  await client.query('begin');
  await sqs.on(client).receiveOne(message);
  await db.query('select millrace.maintain()');
  await client.query('commit');
  expect(await sqs.receipt(message.id)).toMatchObject({ state: 'leased' });
});
