// Groups on a FIFO queue: one after the other, and nobody before the one in front has ended.
import { describe, expect, test } from 'vitest';
import type { Handler } from '#queue/declare/handler.ts';
import type { Received } from '#queue/receive/received.ts';
import { gate } from '#test/support/queue/effects.ts';
import { loseAnswers } from '#test/support/queue/intercept.ts';
import { again, openReceiving, sqsQueue } from '#test/support/queue/receiving.ts';
import { received } from '#test/support/queue/wire.ts';

const fifo = (handler: Handler<{ readonly n: number }>, policy = {}) =>
  openReceiving(sqsQueue(handler, { engine: 'sqs-fifo', ...policy }));

/** Members with payloads { n: 0 } and so on, each in the group that is given for it. */
const members = (...groups: string[]): Received[] =>
  groups.map((groupKey, n) => received({ payload: { n }, groupKey }));

test('members of a group are handled one after the other, groups beside each other', async () => {
  const events: string[] = [];
  const { passed, open } = gate();
  const { handle } = await fifo(async ({ payload: { n } }) => {
    events.push(`begin ${n}`);
    if (n === 0) await passed;
    if (n === 3) open();
    events.push(`end ${n}`);
  });
  const { gone } = await handle(members('a', 'b', 'a', 'b', 'a'));
  expect(gone).toEqual([0, 1, 2, 3, 4]);
  const ofGroup = (...ns: number[]) => events.filter((event) => ns.includes(Number(event.at(-1))));
  expect(ofGroup(0, 2, 4)).toEqual([0, 2, 4].flatMap((n) => [`begin ${n}`, `end ${n}`]));
  expect(ofGroup(1, 3)).toEqual([1, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
  expect(events.indexOf('end 3'), 'no group waits for another').toBeLessThan(
    events.indexOf('end 0'),
  );
});

test('one that is to be tried again keeps those behind it waiting, who spend nothing', async () => {
  const seen: number[][] = [];
  const { handle, passTime, attempts } = await fifo(({ payload: { n } }, { attempt }) => {
    seen.push([n, attempt]);
    if (n === 0 && attempt < 3) throw new Error('no luck');
  });
  let batch = members('a', 'a', 'b', 'a');
  const { gone, hidden } = await handle(batch);
  expect(gone).toEqual([2]);
  expect(hidden).toMatchObject({ 1: 0, 3: 0 });
  expect(hidden[0]).toBeGreaterThan(1700);

  batch = batch.filter((_, n) => n !== 2);
  for (const expected of [[], [0, 1, 2]]) {
    await passTime();
    batch = again(batch);
    expect((await handle(batch)).gone).toEqual(expected);
  }
  expect(seen).toEqual([
    [0, 1],
    [2, 1],
    [0, 2],
    [0, 3],
    [1, 1],
    [3, 1],
  ]);
  const followers = await Promise.all(batch.slice(1).map(attempts));
  expect(followers.flat().map(({ outcome }) => outcome)).toEqual(['done', 'done']);
});

test('one that dies lets the group go on', async () => {
  const { handle } = await fifo(
    ({ payload: { n } }) => {
      if (n === 0) throw new Error('no luck');
    },
    { maxAttempts: 1 },
  );
  expect((await handle(members('a', 'a'))).gone).toEqual([0, 1]);
});

test('a suspect is waited for, as is what somebody else has', async () => {
  const seen: number[] = [];
  const { handle } = await fifo(({ payload: { n } }) => void seen.push(n));
  const [first = received(), ...others] = members('a', 'a', 'b');
  const { gone, hidden } = await handle([{ ...first, count: 2 }, ...others]);
  expect(seen, 'the suspect is handled last').toEqual([2, 0]);
  expect(gone).toEqual([0, 2]);
  expect(hidden).toEqual({ 1: 0 });
});

describe('while the database is away', () => {
  test('nobody passes the one whose end it has not taken', async () => {
    const seen: number[] = [];
    const { handle, database } = await fifo(({ payload: { n } }) => void seen.push(n));
    const away = loseAnswers(database, 'settle_received', Number.POSITIVE_INFINITY);
    const left = { remainingMs: endingAfter(6_000) };
    expect((await handle(members('a', 'a'), { database: away, ...left })).gone).toEqual([]);
    expect(seen).toEqual([0]);
  });

  test('groups go on that need nothing of it', async () => {
    const seen: number[] = [];
    const { handle, database } = await fifo(({ payload: { n } }) => void seen.push(n), {
      history: 'failures',
    });
    const away = loseAnswers(database, '', Number.POSITIVE_INFINITY);
    expect((await handle(members('a', 'a'), { database: away })).gone).toEqual([0, 1]);
    expect(seen).toEqual([0, 1]);
  });
});

function endingAfter(ms: number): () => number {
  const endsAt = performance.now() + ms;
  return () => endsAt - performance.now();
}
