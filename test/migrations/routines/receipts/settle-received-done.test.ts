// Results that have simply succeeded are settled together: in few statements, but fenced one by one, as all others are.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { copyOf, declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const nothing = { settled: 0, repeated: 0, dead: [], stale: [], duplicate: [], delays: {} };
const done = (message: WireMessage, more: object = {}) => {
  return { message, attempt: 1, outcome: 'done', ms: 5, ...more };
};

/** A queue, and copies of so many deliveries of which nothing is known. */
async function setup(count: number) {
  const sqs = await declareSqsQueue(db);
  await sqs.queue.enqueueMany(Array(count).fill({}));
  const copies = await sqs.relay(count);
  expect(copies).toHaveLength(count);
  return { sqs, copies, token: randomUUID() as string };
}

/** How many deliveries there are in each row that logs attempts under the token. */
const rowsUnder = async (token: string) =>
  (
    await db.query<{ count: number }>(
      `select cardinality(message_ids) as count from millrace.done_attempts where lease_token = $1
       union all
       select 1 from millrace.attempt where lease_token = $1`,
      [token],
    )
  ).map(({ count }) => count);

test('those whose ids are of one span share a row of the log, a hundred at most', async () => {
  const sqs = await declareSqsQueue(db);
  const now = Date.now() - (Date.now() % 256);
  const copies = Array.from({ length: 120 }, (_, n) => ({
    ...copyOf(uuidAt(now, n), sqs.queue.type),
    attempt: n < 110 ? 0 : 1,
  }));
  const token = randomUUID();
  const results = copies.map((message) => ({ message, outcome: 'done', ms: 5 }));
  expect(await sqs.settle(token, ...results)).toEqual({ ...nothing, settled: 120 });
  const counts = await rowsUnder(token);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
  expect(counts).toHaveLength(3);
  expect(await sqs.queue.attempts(copies[119]?.id ?? '')).toMatchObject([
    { outcome: 'relayed', attempt: 0 },
    { outcome: 'done', attempt: 2 },
  ]);
  expect(await sqs.status(copies[0]?.id ?? '')).toBe('done');
});

/** The version 7 id of the given number and millisecond. */
function uuidAt(ms: number, n: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

test('each counts by its own receipt: leased, held, ended, begun or none', async () => {
  const { sqs, copies, token } = await setup(5);
  const [leased, held, ended, begun] = copies;
  if (!leased || !held || !ended || !begun) throw new Error('some are missing');
  await sqs.receiveOne(leased, { token, count: 1 });
  await sqs.receiveOne(held, { count: 1 });
  await sqs.settle(randomUUID(), done(ended));
  await sqs.receiveOne(begun);
  const report = await sqs.settle(token, ...copies.toReversed().map((copy) => done(copy)));
  expect(report).toEqual({ ...nothing, settled: 3, stale: [held.id], duplicate: [ended.id] });
  expect((await rowsUnder(token)).reduce((sum, count) => sum + count, 0)).toBe(3);
  const states = await Promise.all(copies.map(({ id }) => sqs.receipt(id)));
  expect(states.map((receipt) => receipt?.state)).toEqual([
    ...['ended', 'leased', 'ended', 'ended', 'ended'],
  ]);
});

test('a repeated call is told from a copy, even when the delivery was sent round again since', async () => {
  const { sqs, copies, token } = await setup(2);
  const results = copies.map((copy) => done(copy));
  const [first] = copies;
  expect(await sqs.settle(token, ...results)).toEqual({ ...nothing, settled: 2 });
  expect(await sqs.settle(token, ...results)).toEqual({ ...nothing, repeated: 2 });
  await new Operator(db.query).replay(first?.id ?? '');
  expect(await sqs.settle(token, ...results)).toEqual({ ...nothing, repeated: 2 });
  const ids = copies.map(({ id }) => id);
  const other = await sqs.settle(randomUUID(), ...results);
  expect({ ...other, duplicate: other.duplicate.toSorted() }).toEqual({
    ...nothing,
    duplicate: ids.toSorted(),
  });
  expect((await rowsUnder(token)).reduce((sum, count) => sum + count, 0)).toBe(2);
});

test('a copy of the next round counts over what is known of the one before', async () => {
  const { sqs, copies, token } = await setup(1);
  const [copy] = copies as [WireMessage];
  await sqs.settle(token, done(copy));
  await new Operator(db.query).replay(copy.id);
  const [next] = (await sqs.relay()) as [WireMessage];
  expect(next).toMatchObject({ id: copy.id, round: 1 });
  expect(await sqs.settle(randomUUID(), done(copy))).toEqual({ ...nothing, duplicate: [copy.id] });
  expect(await sqs.settle(randomUUID(), done(next))).toEqual({ ...nothing, settled: 1 });
  expect(await sqs.receipt(copy.id)).toMatchObject({ round: 1, outcome: 'done', state: 'ended' });
});

test('one that has more to say lets all be settled one by one, with the same end', async () => {
  const { sqs, copies, token } = await setup(3);
  const [first, ...others] = copies as [WireMessage, ...WireMessage[]];
  const results = [done(first, { result: { sum: 3 } }), ...others.map((copy) => done(copy))];
  expect(await sqs.settle(token, ...results)).toEqual({ ...nothing, settled: 3 });
  for (const { id } of copies) expect(await sqs.status(id)).toBe('done');
  expect(await rowsUnder(token)).toEqual([1, 1, 1]);
});

test('what a producer with a fast clock has sent has ended once it has', async () => {
  const sqs = await declareSqsQueue(db);
  const createdAt = new Date(Date.now() + 60_000).toISOString();
  const message = { ...copyOf(uuidV7(), sqs.queue.type), createdAt };
  expect(await sqs.settle(randomUUID(), done(message))).toEqual({ ...nothing, settled: 1 });
  expect(await sqs.status(message.id)).toBe('done');
  expect(await sqs.queue.attempts(message.id)).toMatchObject([
    { outcome: 'relayed', attempt: 0 },
    { outcome: 'done', attempt: 1 },
  ]);
});

test.each(['unknown', 'leased'])(
  'receipts of what is %s are locked in the order of ids',
  async (state) => {
    const { sqs, copies, token } = await setup(2);
    const [low, high] = copies.toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [
      WireMessage,
      WireMessage,
    ];
    if (state === 'leased') await sqs.receive(copies, { token, count: 1 });
    const [first, second] = (await connections(db, 2)) as [Client, Client];
    await first.query('begin');
    await sqs.on(first).receiveOne(low);
    const settling = sqs.on(second).settle(token, done(high), done(low));
    settling.catch(() => {});
    await untilBlocked(db);
    // Else the two would wait for each other.
    await first.query(`set local lock_timeout = '500ms'`);
    await expect(sqs.on(first).receiveOne(high)).resolves.toMatchObject({
      waitSeconds: expect.any(Number),
    });
    await first.query('commit');
    expect(await settling).toEqual({ ...nothing, settled: 2 });
  },
);

test('nothing to settle is no error', async () => {
  const sqs = await declareSqsQueue(db);
  expect(await sqs.settle(randomUUID())).toEqual(nothing);
});
