// Results that the database refuses because of a follow-up: they are retried, and their neighbours are settled.
import { NeonDbError } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import { on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { numbered } from '#test/support/numbered.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const anything = defineMessageType({ name: 'test.anything', payload: z.unknown() });
const undeclared = defineMessageType({ name: 'test.undeclared', payload: z.unknown() });

interface FollowUp {
  readonly type?: AnyMessageType;
  readonly payload?: unknown;
  readonly options?: EnqueueOptions;
}

/** The first message enqueues what is given; its neighbours enqueue what is fine. */
async function setup(...followUps: FollowUp[]) {
  const queues = await openQueues(
    defineQueue({
      name: 'first',
      policy: { maxAttempts: 2 },
      subscriptions: [
        on(numbered, ({ payload: { n } }, { enqueue }) => {
          const { type = anything, payload = n, options } = followUps[n] ?? {};
          enqueue(anything, `before ${n}`, { delaySeconds: 3600 });
          enqueue(type, payload, { delaySeconds: 3600, ...options });
        }),
      ],
    }),
    defineQueue({ name: 'second', subscriptions: [on(anything, () => {})] }),
  );
  const ids = await queues.enqueueNumbers(50);
  return { queues, id: ids[0] ?? '' };
}

const refused: [string, FollowUp, string][] = [
  ['is of a type that nobody declared', { type: undeclared }, 'no message type is named'],
  ['has a payload that is too large', { payload: 'x'.repeat(300_000) }, 'at most 262144 bytes'],
  ['has a priority that there is not', { options: { priority: 99 } }, 'priority must be'],
  ['comes at two times', { options: { scheduledAt: '2020-01-01T00:00:00Z' } }, 'not both'],
  ['has a NUL character', { payload: 'a\0b' }, 'unsupported Unicode escape sequence'],
  ['has half a surrogate pair', { payload: 'a\ud83d' }, 'invalid input syntax for type json'],
  ['has a group key with a NUL character', { options: { groupKey: '\0' } }, 'Unicode'],
  [
    'is nested too deeply',
    { payload: JSON.parse('['.repeat(200) + ']'.repeat(200)) },
    '100 levels',
  ],
  ['has headers of a megabyte', { options: { headers: { x: 'x'.repeat(1e6) } } }, '8192 bytes'],
  ['has an endless group key', { options: { groupKey: 'x'.repeat(201) } }, 'groupKey must be'],
];

describe('a follow-up', () => {
  test.each(refused)('that %s fails its own attempt alone', async (_, followUp, reason) => {
    const { queues, id } = await setup(followUp);
    expect(await queues.drain()).toMatchObject({ claimed: 50, done: 49, retried: 1, stale: 0 });
    const { deliveries } = await queues.status(id);
    const error = { message: expect.stringContaining(reason) };
    expect(deliveries).toMatchObject([{ attempts: [{ attempt: 1, outcome: 'retry', error }] }]);
    // Two for each that is done, none for the other.
    expect(await queues.statuses()).toEqual({ done: 49, scheduled: 2 * 49 + 1 });
  });
});

test('one batch may hold several that are refused for different reasons', async () => {
  const followUps = refused.map(([, followUp]) => followUp);
  const { queues } = await setup(...followUps);
  const expected = { claimed: 50, done: 50 - refused.length, retried: refused.length };
  expect(await queues.drain()).toMatchObject(expected);
});

test('a follow-up that is refused every time ends as a dead letter', async () => {
  const { queues, id } = await setup({ type: undeclared });
  await queues.drain();
  await queues.query('update millrace.delivery set available_at = now() where message_id = $1', [
    id,
  ]);
  expect(await queues.drain()).toMatchObject({ claimed: 1, dead: 1 });
  const lines = queues.log.lines.filter(({ level }) => level === 'error');
  expect(lines).toMatchObject([{ message: 'dead letter', attributes: { messageId: id } }]);
});

test('follow-ups that are too many for one request fail their own attempt alone', async () => {
  const { queues, id } = await setup({ payload: 'x'.repeat(200_000) });
  // As Neon answers above its own limit, which is larger.
  const database = intercept(queues.database, ({ parameters }, run) => {
    if (String(parameters[1]).length < 100_000) return run();
    throw new NeonDbError('Server error (HTTP status 413): {"message":"request is too large"}');
  });
  expect(await queues.drain({ database })).toMatchObject({ claimed: 50, done: 49, retried: 1 });
  const error = { message: expect.stringContaining('request is too large') };
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [{ error }] }]);
});
