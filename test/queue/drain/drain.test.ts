import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type HandlerContext, type Message, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

describe('a handler', () => {
  test('gets the message as it was enqueued, its payload parsed', async () => {
    const at = z.iso.datetime().transform((text) => new Date(text));
    const reminder = defineMessageType({ name: 'test.reminder', payload: z.object({ at }) });
    const got: Message[] = [];
    const queue = defineQueue({
      name: 'reminders',
      subscriptions: [on(reminder, (message) => void got.push(message))],
    });
    const queues = await openQueues(queue);
    const options = { groupKey: 'Ä/1', headers: { trace: 'a1', empty: '' }, priority: 1 };
    const id = await queues.enqueue(reminder, { at: '2030-01-02T03:04:05Z' }, options);
    await queues.drain();
    const { createdAt } = await queues.status(id);
    expect(got).toEqual([
      {
        id,
        type: 'test.reminder',
        payload: { at: new Date('2030-01-02T03:04:05Z') },
        headers: { trace: 'a1', empty: '' },
        createdAt: new Date(createdAt),
        groupKey: 'Ä/1',
      },
    ]);
  });

  test('gets empty headers and no group key when there are none', async () => {
    const got: Message[] = [];
    const subscriptions = [on(numbered, (message) => void got.push(message))];
    const queues = await openQueues(defineQueue({ name: 'plain', subscriptions }));
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(got).toMatchObject([{ headers: {}, groupKey: null, payload: { n: 0 } }]);
  });

  test('gets a context with its queue, its attempt and a log bound to the message', async () => {
    const got: Partial<HandlerContext>[] = [];
    const subscriptions = [
      on(numbered, (_, { queue, attempt, maxAttempts, log, database }) => {
        got.push({ queue, attempt, maxAttempts });
        log.info('seen', { more: 1 });
        if (attempt === 1) throw new Error('not yet');
        return database.query('create table if not exists seen()').then(() => {});
      }),
    ];
    const policy = { maxAttempts: 7, retryBaseSeconds: 0 };
    const queues = await openQueues(defineQueue({ name: 'plain', policy, subscriptions }));
    const [messageId] = await queues.enqueueNumbers(1);
    await queues.drain();
    expect(got).toEqual([
      { queue: 'plain', attempt: 1, maxAttempts: 7 },
      { queue: 'plain', attempt: 2, maxAttempts: 7 },
    ]);
    const bound = { messageId, type: 'test.numbered', queue: 'plain', more: 1 };
    expect(queues.log.lines.filter(({ message }) => message === 'seen')).toEqual([
      { level: 'info', message: 'seen', attributes: { ...bound, attempt: 1 } },
      { level: 'info', message: 'seen', attributes: { ...bound, attempt: 2 } },
    ]);
    expect(await queues.query(`select from pg_class where relname = 'seen'`)).toHaveLength(1);
  });

  test('runs in each subscribed queue for the same message', async () => {
    const got: string[] = [];
    const lane = (name: string) =>
      defineQueue({
        name,
        subscriptions: [on(numbered, ({ id }, { queue }) => void got.push(`${queue} ${id}`))],
      });
    const queues = await openQueues(lane('payments'), lane('inventory'));
    const [id] = await queues.enqueueNumbers(1);
    expect(await queues.drain()).toMatchObject({ claimed: 2, done: 2 });
    expect(got.toSorted()).toEqual([`inventory ${id}`, `payments ${id}`]);
  });
});

describe('a drain', () => {
  const ends = ['done', 'retry', 'reject', 'snooze', 'exhausted', 'mismatch'] as const;
  const ending = defineMessageType({
    name: 'test.ending',
    payload: z.object({ end: z.enum(ends) }),
  });

  /** One handler that ends as its message says; a message type that no queue handles any more. */
  async function setup() {
    const queue = defineQueue({
      name: 'ends',
      policy: { maxAttempts: 3 },
      subscriptions: [
        on(ending, ({ payload }) => {
          if (payload.end === 'reject') reject('no use');
          if (payload.end === 'snooze') snooze(3600);
          if (payload.end !== 'done') throw new Error('failed');
        }),
      ],
    });
    const queues = await openQueues(queue);
    const enqueue = async (end: string, count: number) => {
      const payload = { end } as { end: 'done' };
      return Promise.all(Array.from({ length: count }, () => queues.enqueue(ending, payload)));
    };
    return { queues, enqueue };
  }

  test('counts each outcome once', async () => {
    const { queues, enqueue } = await setup();
    await enqueue('done', 11);
    await enqueue('retry', 7);
    await enqueue('reject', 5);
    await enqueue('snooze', 3);
    await enqueue('no such end', 2);
    const exhausted = await enqueue('exhausted', 4);
    await queues.query('update millrace.delivery set attempt = 2 where message_id = any ($1)', [
      exhausted,
    ]);
    const { durationMs, ...summary } = await queues.drain();
    expect(summary).toEqual({
      claimed: 32,
      done: 11,
      retried: 7,
      snoozed: 3,
      dead: 11,
      released: 0,
      stale: 0,
    });
    expect(await queues.statuses()).toEqual({ done: 11, scheduled: 10, dead: 11 });
    const drained = queues.log.lines.filter(({ message }) => message === 'drained');
    expect(drained.map(({ attributes }) => attributes)).toEqual([{ ...summary, durationMs }]);
  });

  test('logs what went wrong, and nothing of payloads or stacks', async () => {
    const { queues, enqueue } = await setup();
    await enqueue('done', 1);
    const [retried] = await enqueue('retry', 1);
    const [rejected] = await enqueue('reject', 1);
    await queues.drain();
    const lines = queues.log.lines.filter(({ level }) => level !== 'info');
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'attempt failed',
      attributes: { messageId: retried, queue: 'ends', error: 'Error', reason: 'failed' },
    });
    expect(lines).toContainEqual({
      level: 'error',
      message: 'dead letter',
      attributes: { messageId: rejected, queue: 'ends', error: 'Rejected', reason: 'no use' },
    });
  });

  test('leaves a paused queue and a later message alone', async () => {
    const { queues, enqueue } = await setup();
    await queues.enqueue(ending, { end: 'done' }, { delaySeconds: 60 });
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
    await enqueue('done', 2);
    await queues.query('update millrace.queue set is_paused = true');
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
    expect(await queues.statuses()).toEqual({ scheduled: 1, pending: 2 });
  });

  test('drains what arrives in a queue that was empty before', async () => {
    const seen: number[] = [];
    const first = defineQueue({
      name: 'first',
      subscriptions: [on(ending, (_, { enqueue }) => void enqueue(numbered, { n: 1 }))],
    });
    const second = defineQueue({
      name: 'second',
      subscriptions: [on(numbered, ({ payload }) => void seen.push(payload.n))],
    });
    const queues = await openQueues(second, first);
    await queues.enqueue(ending, { end: 'done' });
    expect(await queues.drain()).toMatchObject({ claimed: 2, done: 2 });
    expect(seen).toEqual([1]);
  });

  test('handles urgent messages first', async () => {
    const seen: number[] = [];
    const queue = defineQueue({
      name: 'plain',
      // So many that the first call claims all: only within a call do handlers start in claim order.
      policy: { concurrency: 4 },
      subscriptions: [on(numbered, ({ payload }) => void seen.push(payload.n))],
    });
    const queues = await openQueues(queue);
    for (const priority of [9, 5, 1, 3])
      await queues.enqueue(numbered, { n: priority }, { priority });
    await queues.drain();
    expect(seen).toEqual([1, 3, 5, 9]);
  });
});
