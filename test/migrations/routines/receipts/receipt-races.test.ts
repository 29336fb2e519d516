// What calls do that meet at one delivery which SQS carries: whoever comes second waits for the first one's commit, and goes by it.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked, waitsForLock } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const done = (message: WireMessage, more: object = {}) => ({
  message,
  outcome: 'done',
  ms: 1,
  ...more,
});
const dead = (message: WireMessage) => ({ message, outcome: 'dead', ms: 1, error: {} });

/** A queue, a copy of which nothing is known, and two connections, the first of which has begun a transaction. */
async function setup() {
  const sqs = await declareSqsQueue(db);
  const copy = await sqs.relayOne();
  const [first, second] = (await connections(db, 2)) as [Client, Client];
  await first.query('begin');
  return { sqs, copy, first, second, by: sqs.on(first), other: sqs.on(second) };
}

/** Makes the call that has to wait until the first connection's transaction ends, and ends that. */
async function after<Answer>(first: Client, how: string, call: Promise<Answer>): Promise<Answer> {
  call.catch(() => {});
  await untilBlocked(db);
  await first.query(how);
  return call;
}

test.each([
  ['commit', 'held'],
  ['rollback', 'taken'],
])('of two receivers of one copy the second waits for the %s, and it is %s', async (how, state) => {
  const { copy, first, by, other } = await setup();
  expect(await by.receiveOne(copy, { count: 1 })).toMatchObject({ state: 'taken' });
  const answer = await after(first, how, other.receiveOne(copy, { count: 1 }));
  expect(answer).toMatchObject({ state });
});

test.each([
  ['commit', { settled: 0, duplicate: 1 }],
  ['rollback', { settled: 1, duplicate: 0 }],
])('of two that settle one copy the second waits for the %s: %j', async (how, expected) => {
  const { sqs, copy, first, by, other } = await setup();
  const enqueue = [{ type: sqs.queue.type, payload: 1 }];
  await by.settle(randomUUID(), done(copy, { enqueue }));
  const report = await after(first, how, other.settle(randomUUID(), done(copy, { enqueue })));
  expect({ settled: report.settled, duplicate: report.duplicate.length }).toEqual(expected);
  expect(await sqs.relay()).toHaveLength(1);
});

test('whoever receives what is being settled finds that it has ended', async () => {
  const { copy, first, by, other } = await setup();
  await by.settle(randomUUID(), done(copy));
  expect(await after(first, 'commit', other.receiveOne(copy))).toMatchObject({ state: 'ended' });
});

test('whoever settles what is being taken finds that it is somebody else’s', async () => {
  const { copy, first, by, other } = await setup();
  await by.receiveOne(copy, { suspects: 1 });
  const report = await after(first, 'commit', other.settle(randomUUID(), done(copy)));
  expect(report).toMatchObject({ settled: 0, stale: [copy.id] });
});

test('what is being settled is not buried', async () => {
  const { copy, first, by, other } = await setup();
  await by.settle(randomUUID(), done(copy));
  expect(await after(first, 'commit', other.bury([copy]))).toEqual({ dead: [], ended: [copy.id] });
});

test('a replay waits for whoever settles an earlier copy, which counts', async () => {
  const { sqs, copy, first, second, by } = await setup();
  await by.settle(randomUUID(), done(copy));
  const replayed = await after(first, 'commit', operator.on(second).replay(copy.id));
  expect(replayed).toEqual({ queues: [sqs.queue.name] });
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 1 }]);
});

test('whoever settles an earlier copy waits for a replay, and finds it superseded', async () => {
  const { sqs, copy, first, other } = await setup();
  await operator.on(first).replay(copy.id);
  const report = await after(first, 'commit', other.settle(randomUUID(), done(copy)));
  expect(report).toMatchObject({ settled: 0, duplicate: [copy.id] });
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 1 }]);
});

test('whoever has a copy of a letter does not wait for its redrive', async () => {
  const { sqs, copy, first, other } = await setup();
  await sqs.settle(randomUUID(), dead(copy));
  await operator.on(first).redrive({ ids: [copy.id] });
  const settling = other.settle(randomUUID(), done(copy));
  expect(await waitsForLock(db, settling)).toBe(false);
  expect(await settling).toMatchObject({ duplicate: [copy.id] });
});

test('of two replays at once both begin a round, and it is relayed under the last one', async () => {
  const { sqs, copy, first, second } = await setup();
  await sqs.settle(randomUUID(), done(copy));
  await operator.on(first).replay(copy.id);
  await after(first, 'commit', operator.on(second).replay(copy.id));
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 2 }]);
  expect(await sqs.relay()).toEqual([]);
});

test.each([1, 10])(
  'a resend waits for the relay that settles what it has sent, as one of %i',
  async (count) => {
    const { sqs, first, by, other } = await setup();
    await first.query('commit');
    await sqs.queue.enqueueMany(Array(count).fill({}));
    const { copies, relayed } = await by.send();
    const copy = copies.at(-1) as WireMessage;
    await first.query('begin');
    await relayed();
    const resend = { message: copy, outcome: 'retry', error: {}, delaySeconds: 100, resend: true };
    await after(first, 'commit', other.settle(randomUUID(), resend));
    expect(await sqs.status(copy.id)).toBe('scheduled');
    await sqs.queue.makeDue();
    expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 1, attempt: 1 }]);
  },
);

test.each([1, 10])('a redrive takes what a relay has just claimed, as one of %i', async (count) => {
  const { sqs, copy, first, second, by } = await setup();
  await first.query('commit');
  await sqs.settle(randomUUID(), dead(copy));
  // A letter whose delivery is live: the relay that had sent it could not say so.
  await db.query(
    `insert into millrace.delivery (message_id, queue_id, available_at, kib)
     select l.message_id, l.queue_id, statement_timestamp(), 1 from millrace.dead_letter l where l.message_id = $1`,
    [copy.id],
  );
  await sqs.queue.enqueueMany(Array(count - 1).fill({}));
  await first.query('begin');
  const { relayed } = await by.send(count);
  await after(first, 'commit', operator.on(second).redrive({ ids: [copy.id] }));
  await relayed();
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 1 }]);
});

test('a relay waits for a resend, and finds that it has lost what it has sent', async () => {
  const { sqs, first, by, other } = await setup();
  await first.query('commit');
  await sqs.queue.enqueueMany(Array(10).fill({}));
  const { copies, relayed } = await other.send();
  const copy = copies[3] as WireMessage;
  await first.query('begin');
  await by.settle(randomUUID(), {
    message: copy,
    outcome: 'snooze',
    delaySeconds: 0,
    resend: true,
  });
  await after(first, 'commit', relayed());
  expect(await sqs.relay()).toMatchObject([{ id: copy.id, round: 1 }]);
});

test.each(['receive', 'settle'] as const)(
  'nothing is left of a %s whose backend is killed',
  async (name) => {
    const { sqs, copy, first, by } = await setup();
    const { rows } = await first.query<{ pid: number }>('select pg_backend_pid() as pid');
    const token = randomUUID();
    if (name === 'receive') await by.receiveOne(copy, { token, count: 1 });
    else await by.settle(token, done(copy, { enqueue: [{ type: sqs.queue.type, payload: 1 }] }));
    await db.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    expect(await sqs.receipt(copy.id)).toBeUndefined();
    expect(await sqs.relay()).toEqual([]);
    expect(await sqs.receiveOne(copy, { token, count: 1 })).toMatchObject({ attempt: 1 });
  },
);

test('calls that bring the same copies in different orders do not wait in a circle', async () => {
  const sqs = await declareSqsQueue(db);
  const clients = await connections(db, 4);
  for (let round = 0; round < 10; round += 1) {
    await sqs.queue.enqueueMany(Array(10).fill({}));
    const copies = await sqs.relay();
    const answers = await Promise.all(
      clients.map((client, seat) => {
        const order = seat % 2 ? copies : copies.toReversed();
        const results = order.map((copy) => done(copy));
        if (seat < 2) return sqs.on(client).receive(order, { count: 1 });
        return sqs.on(client).settle(randomUUID(), ...results);
      }),
    );
    expect(answers).toHaveLength(4);
    expect(await sqs.bury(copies)).toMatchObject({});
  }
});
