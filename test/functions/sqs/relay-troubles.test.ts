// What becomes of deliveries when SQS does not take them, on a real Postgres and the stand-in of SQS.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RelayUnavailable } from '#functions/sqs/relay-errors.ts';
import type { Trouble } from '#local/aws/aws-server.ts';
import { local, openRelayed } from '#test/support/functions/relayed-queue.ts';
import { connectionLost, exchangeOf, intercept } from '#test/support/queue/intercept.ts';

const always = (trouble: Trouble): Trouble[] => Array.from({ length: 1_000 }, () => trouble);

describe.each<[string, Trouble]>([
  ['away', 'no answer'],
  ['without the queue', { status: 400, type: 'QueueDoesNotExist' }],
  ['not for this role', { status: 403, type: 'AccessDenied' }],
])('SQS that is %s', (_, trouble) => {
  test('keeps nothing but its queue waiting, and spends no attempt', async () => {
    const { queues, aws, drain, sent } = await openRelayed({ engine: 'sqs', maxAttempts: 2 });
    await queues.enqueueNumbers(30);
    await queues.enqueue(local, { n: 0 });
    for (let tick = 0; tick < 3; tick += 1) {
      aws.troubles.splice(0, 1_000, ...always(trouble));
      await expect(drain()).rejects.toThrow(RelayUnavailable);
    }
    expect(sent()).toEqual([]);
    expect(await queues.statuses()).toEqual({ pending: 30, done: 1 });
    expect(await queues.query(`select from millrace.attempt_log where queue = 'relayed'`)).toEqual(
      [],
    );
    aws.troubles.splice(0);
    expect(await drain()).toMatchObject({ claimed: 30, done: 30 });
    expect(sent()).toHaveLength(30);
  });

  test('is asked by few claims, and told of in one line without a secret', async () => {
    const { queues, aws, drain } = await openRelayed({ engine: 'sqs-fifo' });
    await queues.enqueueNumbers(500);
    aws.troubles.push(...always(trouble));
    let claims = 0;
    const database = intercept(queues.database, (statement, run) => {
      if (exchangeOf(statement)?.wanted) claims += 1;
      return run();
    });
    const failure: unknown = await drain({ database }).catch((error: unknown) => error);
    expect(claims).toBeLessThanOrEqual(9);
    expect(queues.log.lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'relay unavailable',
        attributes: {
          queue: 'relayed',
          error: 'RelayUnavailable',
          reason: expect.stringMatching(
            /^nothing can be sent to SQS: AWS call sqs:SendMessageBatch failed: [\w ]+$/,
          ),
        },
      },
    ]);
    expect(inspect([failure, queues.log.lines], { depth: 9 })).not.toContain(
      aws.access.secretAccessKey,
    );
    expect(await queues.statuses()).toEqual({ pending: 500 });
  });
});

test('a throttled relay waits, and sends all in the same drain', async () => {
  const { queues, aws, drain, sent } = await openRelayed({ engine: 'sqs-fifo' });
  await queues.enqueueNumbers(100);
  aws.troubles.push(...always({ status: 400, type: 'RequestThrottled' }).slice(0, 60));
  expect(await drain()).toMatchObject({ done: 100, released: 0 });
  expect(sent()).toHaveLength(100);
});

test('a lost answer is asked for again, which a FIFO queue bears without a copy', async () => {
  for (const engine of ['sqs', 'sqs-fifo'] as const) {
    const { queues, aws, drain, sent } = await openRelayed({ engine });
    const ids = await queues.enqueueNumbers(30);
    aws.troubles.push('lost answer', 'lost answer', 'lost answer');
    expect(await drain()).toMatchObject({ done: 30, stale: 0 });
    expect([...new Set(sent().map(({ id }) => id))].toSorted()).toEqual(ids);
    if (engine === 'sqs-fifo') expect(sent()).toHaveLength(30);
    else expect(sent().length).toBeGreaterThan(30);
    expect(await queues.statuses()).toEqual({ relayed: 30 });
  }
});

/** Refuses the messages with these numbers. */
const refusing = (code: string, senderFault: boolean, ...numbers: readonly number[]) => ({
  refusal: (body: string) =>
    numbers.includes(JSON.parse(body).payload.n) ? { code, senderFault } : undefined,
});

test('a message that SQS will never take is a dead letter with its reason, and its neighbours are sent', async () => {
  const refusal = refusing('InvalidMessageContents', true, 3, 14);
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs' }, refusal);
  const ids = await queues.enqueueNumbers(20);
  expect(await drain()).toMatchObject({ done: 18, dead: 2 });
  expect(sent()).toHaveLength(18);
  const [delivery] = (await queues.status(ids[3] ?? '')).deliveries;
  expect(delivery).toMatchObject({ status: 'dead' });
  const letters = await queues.query('select error from millrace.dead_letter');
  expect(letters).toHaveLength(2);
  expect(letters[0]).toMatchObject({
    error: { name: 'RefusedBySqs', code: 'InvalidMessageContents' },
  });
});

test('a message that SQS cannot take now stays, and the lane ends when that lasts', async () => {
  const troubles = { ...refusing('InternalError', false, 3) };
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs' }, troubles);
  await queues.enqueueNumbers(20);
  const endsAt = performance.now() + 8_000;
  const remainingMs = () => endsAt - performance.now();
  await expect(drain({ remainingMs })).rejects.toThrow(
    'nothing can be sent to SQS: AWS call sqs:SendMessageBatch failed: InternalError',
  );
  expect(sent().length).toBeGreaterThanOrEqual(9);
  const { relayed = 0, pending = 0 } = await queues.statuses();
  expect([relayed + pending, relayed]).toEqual([20, sent().length]);
});

test('without an answer to what round it is nothing is sent', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs' });
  await queues.enqueueNumbers(5);
  const database = intercept(queues.database, ({ text }, run) =>
    text.includes('millrace.rounds(') ? Promise.reject(connectionLost()) : run(),
  );
  const endsAt = performance.now() + 6_000;
  const remainingMs = () => endsAt - performance.now();
  await expect(drain({ database, remainingMs })).rejects.toThrow(RelayUnavailable);
  expect(sent()).toEqual([]);
  expect(await queues.statuses()).toEqual({ pending: 5 });
});
