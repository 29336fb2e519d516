// The priorities of what is on SQS: the relay asks for them, and they come back with what returns to Postgres.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { wayToSqs } from '#queue/routines/way-to-sqs.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { copyOf, declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const error = { name: 'Error', message: 'broken' };

/** What is claimed, with what the relay is told of it. */
async function claimed({ queue }: SqsQueue, count: number) {
  const { deliveries } = await queue.claim({ count });
  const call = { queue: queue.name, isFair: false, claimed: deliveries as never, budgetMs: 5_000 };
  const { rounds, priorities } = await wayToSqs({ query: db.query }, call);
  return deliveries.map(({ id }) => ({
    id,
    round: rounds.get(id) ?? 0,
    priority: priorities.get(id),
  }));
}

/** Of all that can be claimed. A claim ends with the parcels that it has found. */
async function priorities(sqs: SqsQueue): Promise<(number | undefined)[]> {
  const some = await claimed(sqs, 100);
  const own = some.map(({ priority }) => priority);
  return some.length === 0 ? own : [...own, ...(await priorities(sqs))];
}

test('of parcels and of single deliveries are answered where they are not 5', async () => {
  const sqs = await declareSqsQueue(db);
  await sqs.queue.enqueueMany(Array(20).fill({ priority: 2 }));
  await sqs.queue.enqueueMany(Array(20).fill({}));
  for (const priority of [1, 5, 9]) await sqs.queue.enqueue({ priority });
  const parcels = await db.query('select from millrace.parcel');
  expect(parcels.length).toBeGreaterThan(1);
  const all = [1, ...Array(20).fill(2), ...Array(21).fill(undefined), 9];
  expect((await priorities(sqs)).toSorted()).toEqual(all.toSorted());
});

test('are those of the queue that is asked for', async () => {
  const [sqs, other] = [await declareSqsQueue(db), await declareSqsQueue(db)];
  await sqs.queue.enqueueMany(Array(3).fill({ priority: 2 }));
  const { deliveries } = await sqs.queue.claim({ count: 3 });
  const call = {
    queue: other.queue.name,
    isFair: false,
    claimed: deliveries as never,
    budgetMs: 5_000,
  };
  expect((await wayToSqs({ query: db.query }, call)).priorities.size).toBe(0);
});

/** As the relay sends a message of this priority. */
async function sent(sqs: SqsQueue, priority?: number): Promise<WireMessage> {
  await sqs.queue.enqueue(priority === undefined ? {} : { priority });
  const [copy] = await sqs.relay(1);
  if (!copy) throw new Error('nothing was there to relay');
  return priority === undefined ? copy : { ...copy, priority };
}

test.each([undefined, 1, 9])('a redrive keeps it: %j', async (priority) => {
  const sqs = await declareSqsQueue(db);
  const [dead, given] = [await sent(sqs, priority), await sent(sqs, priority)];
  const others = Array.from({ length: 3 }, () => copyOf(randomUUID(), sqs.queue.type));
  // The letters' places in what was given are not their numbers among the letters.
  await sqs.settle(
    randomUUID(),
    ...others.map((message) => ({ message, outcome: 'done', ms: 1 })),
    { message: dead, outcome: 'dead', ms: 1, error },
  );
  await sqs.bury([...others, given]);
  await operator.redrive({ ids: [dead.id, given.id] });
  const redriven = (await claimed(sqs, 2)).toSorted((a, b) => a.id.localeCompare(b.id));
  expect(redriven).toEqual(
    [dead, given]
      .map(({ id }) => ({ id, round: 1, priority }))
      .toSorted((a, b) => a.id.localeCompare(b.id)),
  );
});

test.each([undefined, 1, 9])('what is resent keeps it: %j', async (priority) => {
  const sqs = await declareSqsQueue(db);
  const message = await sent(sqs, priority);
  const done = { message: copyOf(randomUUID(), sqs.queue.type), outcome: 'done', ms: 1 };
  const snooze = { message, outcome: 'snooze', delaySeconds: 100, resend: true };
  await sqs.settle(randomUUID(), done, snooze);
  await sqs.queue.makeDue();
  expect(await claimed(sqs, 2)).toEqual([{ id: message.id, round: 1, priority }]);
});

test('a suspect whose attempts are used up is a dead letter of its priority', async () => {
  const sqs = await declareSqsQueue(db, { maxAttempts: 1 });
  const message = await sent(sqs, 3);
  await sqs.receive([message], { count: 1 });
  await sqs.passTime();
  // A last attempt that may have been lost among others is made once more.
  await sqs.receive([message], { suspects: 1 });
  await sqs.passTime();
  await sqs.receive([copyOf(randomUUID(), sqs.queue.type), message], { suspects: 1 });
  await operator.redrive({ ids: [message.id] });
  expect(await claimed(sqs, 1)).toEqual([{ id: message.id, round: 1, priority: 3 }]);
});
