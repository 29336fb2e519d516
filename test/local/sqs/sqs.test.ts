// What of the stand-in neither other servers nor other tests ask.
import { expect, test, vi } from 'vitest';
import { sendMessages } from '#functions/aws/sqs.ts';
import { DueTimes } from '#local/sqs/due-times.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { Sqs } from '#local/sqs/sqs.ts';
import { openSqs } from '#test/support/functions/sqs.ts';

const queue = 'mail';

const stored = (id: string, groupId?: string) => ({
  queue: groupId === undefined ? queue : 'steps.fifo',
  sent: { id, body: id, sentAt: 0, visibleAt: 0, receiveCount: 0, ...(groupId && { groupId }) },
});

/** 120,000 messages that somebody has received, and one more. */
function inFlight(groupOf: (n: number) => string | undefined) {
  const sqs = new Sqs({
    queues: [{ name: queue }, { name: 'steps.fifo' }],
    now: () => new Date(0),
  });
  const ids = Array.from({ length: 120_001 }, (_, n) => stored(String(n), groupOf(n)));
  const name = ids[0]?.queue ?? '';
  sqs.commit(ids);
  sqs.queue(name);
  const received = ids.slice(0, 120_000).map(({ sent }) => sent.id);
  sqs.commit([{ queue: name, received, at: 0, until: 30_000 }]);
  return { sqs, name };
}

test('a standard queue has 120,000 messages in flight at most', () => {
  const { sqs, name } = inFlight(() => undefined);
  expect(() => receive(sqs, name, { most: 1 })).toThrow('120000 at most');
  sqs.commit([{ queue: name, deleted: ['7'] }]);
  expect(receive(sqs, name, { most: 10 })).toHaveLength(1);
});

test('a FIFO queue with as many gives out none, and says nothing of it', () => {
  const { sqs, name } = inFlight((n) => `group-${n}`);
  expect(receive(sqs, name, { most: 1 })).toEqual([]);
});

test('takes the other entries of a batch of which one is refused', async () => {
  const refusal = (body: string) =>
    body === 'b' ? { code: 'InternalError', senderFault: false } : undefined;
  const { access, queuesUrl, sqs } = await openSqs([{ name: queue }], { troubles: { refusal } });
  const entries = ['a', 'b', 'c'].map((id) => ({ id, body: id }));
  const sent = await sendMessages(access, {
    queueUrl: queuesUrl + queue,
    entries,
    timeoutMs: 5_000,
  });
  expect(sent).toEqual({
    accepted: ['a', 'c'],
    refused: [{ id: 'b', code: 'InternalError', senderFault: false }],
  });
  expect(sqs.queue(queue).counts.visible).toBe(2);
});

test('an answer that was lost leaves a standard queue with the message twice', async () => {
  const { access, queuesUrl, sqs, troubles } = await openSqs([{ name: queue }]);
  troubles.push('lost answer');
  const entries = [{ id: 'a', body: 'a' }];
  await sendMessages(access, { queueUrl: queuesUrl + queue, entries, timeoutMs: 5_000 });
  expect(sqs.queue(queue).counts.visible).toBe(2);
});

test('what is watched tells of every change, until it is not', () => {
  const sqs = new Sqs({ queues: [{ name: queue }] });
  const watcher = vi.fn();
  const unwatch = sqs.watch(watcher);
  sqs.commit([stored('a')]);
  unwatch();
  sqs.commit([stored('b')]);
  expect(watcher).toHaveBeenCalledTimes(1);
});

test('times come in their order, and of the same time the first first', () => {
  const times = new DueTimes<number>();
  const at = Array.from({ length: 1_000 }, (_, n) => (n * 7_919) % 101);
  at.forEach((time, n) => {
    times.add(time, n);
  });
  const came: number[] = [];
  for (let next = times.next(100); next; next = times.next(100)) came.push(next.thing);
  const wanted = at.map((_, n) => n).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  expect(came).toEqual(wanted);
  times.add(5, 1);
  expect(times.next(4)).toBeUndefined();
});
