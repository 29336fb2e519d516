// Every two calls for deliveries on SQS beside each other, over so few of them that they always meet: none may wait for another one in
// a circle. What the callers do about a deadlock, which is to call again, would hide it: so the server is asked how many there were.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const rounds = 4;
const deliveries = 5;

interface Seat {
  readonly sqs: SqsQueue;
  readonly operator: Operator;
  readonly round: number;
  /** Forwards in one round, backwards in the next, so that two seats come from both sides. */
  readonly copies: readonly WireMessage[];
}

const settled = (more: object) => (seat: Seat) =>
  seat.sqs.settle(
    randomUUID(),
    ...seat.copies.map((message) => ({ message, attempt: 1, ms: 1, ...more })),
  );
const error = { name: 'Error', message: 'broken' };

const calls: Readonly<Record<string, (seat: Seat) => Promise<unknown>>> = {
  receive: ({ sqs, copies }) => sqs.receive(copies),
  'receive alone': ({ sqs, copies }) => sqs.receive(copies.slice(0, 1), { suspects: 1 }),
  'receive and settle': async ({ sqs, copies }) => {
    const token = randomUUID();
    await sqs.receive(copies, { token });
    await sqs.settle(token, ...copies.map((message) => ({ message, outcome: 'done', ms: 1 })));
  },
  'receive the first time and settle': async ({ sqs, copies, round }) => {
    const token = randomUUID();
    await sqs.receive(copies.slice(round % 3), { token, count: 1 });
    await sqs.settle(token, ...copies.map((message) => ({ message, outcome: 'done', ms: 1 })));
  },
  done: settled({ outcome: 'done' }),
  retry: settled({ outcome: 'retry', error, delaySeconds: 0 }),
  dead: settled({ outcome: 'dead', error }),
  resend: settled({ outcome: 'snooze', delaySeconds: 0, resend: true }),
  bury: ({ sqs, copies }) => sqs.bury(copies),
  relay: ({ sqs }) => sqs.relay(),
  redrive: ({ sqs, operator }) => operator.redrive({ queue: sqs.queue.name }, { maxCount: 3 }),
  discard: ({ sqs, operator }) => operator.discard({ queue: sqs.queue.name }, { maxCount: 2 }),
  replay: async ({ operator, copies }) => {
    for (const { id } of copies.slice(0, 2)) await operator.replay(id);
  },
  maintain: () => db.query('select millrace.maintain()'),
};

async function deadlocks(): Promise<number> {
  const [row] = await db.query<{ deadlocks: number }>(
    'select deadlocks::integer from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? 0;
}

async function runPair(names: readonly string[]): Promise<void> {
  const sqs = await declareSqsQueue(db, { maxAttempts: 3 });
  for (let n = 0; n < deliveries; n += 1) await sqs.queue.enqueue();
  const copies = await sqs.relay();
  expect(copies).toHaveLength(deliveries);
  const clients = await connections(db, 4);
  await Promise.all(
    clients.map(async (client, seat) => {
      const call = calls[names[seat % names.length] ?? ''];
      for (let round = seat; round < seat + rounds; round += 1)
        await call?.({
          sqs: sqs.on(client),
          operator: new Operator(async (text, values) => (await client.query(text, values)).rows),
          round,
          copies: round % 2 ? copies : copies.toReversed(),
        });
      await client.end();
    }),
  );
}

const names = Object.keys(calls);
test.each(names)('%s beside each of the others', async (name) => {
  for (const other of names.slice(names.indexOf(name))) {
    const before = await deadlocks();
    await runPair([name, other]);
    expect(await deadlocks(), `${name} + ${other}`).toBe(before);
  }
});
