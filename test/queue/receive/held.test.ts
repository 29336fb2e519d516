// Somebody's open transaction holds one of the messages that SQS has brought: its neighbours do not wait for it.
import type { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { buryBatch } from '#queue/receive/bury-batch.ts';
import type { Received } from '#queue/receive/received.ts';
import { again, openReceiving, type Receiving, sqsQueue } from '#test/support/queue/receiving.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';

/** An operator replays the second message of a batch, and leaves the transaction open. */
async function leaveOpen(receiving: Receiving, batch: readonly Received[]): Promise<Client> {
  const operator = await connect(receiving);
  await operator.query('begin');
  await new Operator(receiving.query).on(operator).replay(batch[1]?.message.id ?? '');
  return operator;
}

/** Three copies of messages that are stored. */
async function storedCopies(receiving: Receiving): Promise<Received[]> {
  const batch = receiving.copies(3);
  await receiving.query(
    `select millrace.store_received_messages(q.id, $1, $2) from millrace.queue q where q.name = 'carried'`,
    [JSON.stringify(batch), batch.map(({ message }) => message.id).toSorted()],
  );
  return batch;
}

test('while an operator has one, the others of its batch are taken, settled and buried, and it comes back', async () => {
  let beforeEnd = async (_id: string) => {};
  const queue = sqsQueue(({ id }) => beforeEnd(id), { once: true });
  const receiving = await openReceiving(queue);
  const { handle, database, log } = receiving;
  const [taken, settled, buried] = [
    await storedCopies(receiving),
    await storedCopies(receiving),
    await storedCopies(receiving),
  ];
  const operators = [await leaveOpen(receiving, taken), await leaveOpen(receiving, buried)];
  onTestFinished(() => {
    for (const operator of operators) void operator.end();
  });
  beforeEnd = async (id) => {
    if (id === settled[1]?.message.id) operators.push(await leaveOpen(receiving, settled));
  };
  const results = await Promise.all([
    handle(taken),
    handle(settled),
    buryBatch(buried, { queue: 'carried', database, log, budgetMs: 20_000 }),
  ]);
  const gone = [taken, settled, buried].map((batch, n) =>
    batch.map(({ key }) => results[n]?.acknowledged.has(key)),
  );
  expect(gone).toEqual(Array(3).fill([true, false, true]));
  const told = log.lines.filter(({ attributes }) => attributes?.['error'] === 'HeldByOthers');
  expect(told.map(({ message }) => message).toSorted()).toEqual([
    'a result is not recorded',
    'what was given up is held',
    'what was received is held',
  ]);
  for (const operator of operators) await operator.query('rollback');
  expect((await handle(again(taken.slice(1, 2)))).gone).toEqual([0]);
});
