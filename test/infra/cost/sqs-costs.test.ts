// What queues on SQS cost, worked out by hand. SQS asks $0.40 for a million requests, $0.50 of a FIFO queue.
import { describe, expect, test } from 'vitest';
import { idle, type Load } from '#infra/cost/load.ts';
import { toMode } from '#infra/cost/mode.ts';
import { monthlyCosts } from '#infra/cost/monthly-costs.ts';

const polling = toMode(['polling']);
const onSqs: Load = { ...idle, engine: 'sqs' };
const parts = (load: Load, mode = polling) => monthlyCosts(load, mode).parts;

/** Five polls of 20 seconds at once, of a queue and its dead-letter queue: 1,314,000 a month. */
const idleUsd = 0.5256;

test('a queue at rest is asked all the time, and its dead-letter queue likewise', () => {
  expect(parts(onSqs)['SQS']).toBeCloseTo(idleUsd, 6);
  expect(parts({ ...onSqs, queues: 3 })['SQS']).toBeCloseTo(3 * idleUsd, 6);
  expect(parts({ ...onSqs, engine: 'sqs-fifo' })['SQS']).toBeCloseTo(idleUsd * 1.25, 6);
  expect(parts(onSqs)['SQS consumer']).toBe(0);
});

describe('messages', () => {
  // 2,628,000 seconds a month.
  const many: Load = { ...onSqs, messages: 2_628_000_000, batch: 10 };

  test('are sent, received and deleted in tens', () => {
    expect(parts(many)['SQS']).toBeCloseTo(idleUsd + 262.8 * 3 * 0.4, 6);
    expect(parts({ ...many, engine: 'sqs-fifo' })['SQS']).toBeCloseTo(
      (idleUsd + 262.8 * 3 * 0.4) * 1.25,
      6,
    );
  });

  test('that come one by one, some minutes apart, go one by one', () => {
    expect(parts({ ...onSqs, messages: 10_000 })['SQS']).toBeCloseTo(idleUsd + 0.01 * 3 * 0.4, 6);
  });

  test('of 64 KiB and more are several requests to send and to receive, and one to delete', () => {
    const large = { ...many, payloadBytes: 65_536 * 4 - 200 };
    expect(parts(large)['SQS']).toBeCloseTo(idleUsd + 2628 * (4 * 2 + 0.1) * 0.4, 4);
  });

  test('are handled ten in an invocation, side by side', () => {
    // 262.8 million of 0.05 s and 10 ms, and 0.2 ms for each message.
    const seconds = 262.8e6 * 0.06 + 2628e6 * 0.0002;
    expect(parts(many)['SQS consumer']).toBeCloseTo(262.8 * 0.2 + seconds * 0.0000133334, 4);
    const alone = parts({ ...many, concurrency: 1 })['SQS consumer'] ?? 0;
    expect(alone).toBeCloseTo(262.8 * 0.2 + (seconds + 2628e6 * 0.009) * 0.0000133334, 4);
  });

  test('that come one by one at a high rate fill batches while those before are handled', () => {
    const sends = 2628 * 0.4;
    expect(parts({ ...many, batch: 1 })['SQS']).toBeCloseTo(idleUsd + sends + 262.8 * 2 * 0.4, 6);
  });

  test('go straight from HTTP to SQS, and Postgres has nothing where only failures are recorded', () => {
    const failures = parts({ ...many, history: 'failures' });
    expect(failures).toMatchObject({
      'Neon storage': 0,
      'Neon restore': 0,
      'Neon compute': 19.345,
    });
    expect(failures['consumer']).toBe(parts({ ...onSqs })['consumer']);
    expect(parts(many)['Neon storage']).toBe(
      parts({ ...many, engine: 'postgres' })['Neon storage'],
    );
  });

  test('from SQL cost Postgres the outbox, and as much again where all is recorded', () => {
    const inSql = { ...many, httpShare: 0 };
    const failures = parts({ ...inSql, history: 'failures' });
    expect(failures['Neon storage']).toBe(parts({ ...inSql, engine: 'postgres' })['Neon storage']);
    const rows = 2.628 * (30 / (365 / 12)) * 137 * 0.35;
    expect(parts(inSql)['Neon storage']).toBeCloseTo((failures['Neon storage'] ?? 0) + rows, 6);
    expect(parts(inSql)['Neon restore']).toBeGreaterThan(failures['Neon restore'] ?? 0);
  });

  test('cost the consumer no handlers’ time, but a call for ten of them', () => {
    const inSql = { ...many, httpShare: 0 };
    const slow = { ...inSql, handlerMs: 30_000 };
    expect(parts(slow)['consumer']).toBe(parts(inSql)['consumer']);
    expect(parts(slow)['SQS consumer']).toBeGreaterThan(100 * (parts(inSql)['SQS consumer'] ?? 0));
    // 262.8 million calls of 30 ms, ten at once, 0.2 ms for each message, and ticks of 0.4 s that cost a fifth of a cent.
    const seconds = 262.8e6 * 0.003 + 2628e6 * 0.0002 + 43_800 * 0.4;
    expect(parts(inSql)['consumer']).toBeCloseTo(seconds * 0.0000133334 + 0.0438 * 0.2, 4);
  });
});

test('a class of priority is asked as a queue is, and its alarm is one more', () => {
  expect(parts({ ...onSqs, priorities: 3 })['SQS']).toBeCloseTo(2 * idleUsd, 6);
  expect(parts({ ...idle, priorities: 3 })).toEqual(parts(idle));
});

test('alarms of two functions and of each queue come on top', () => {
  expect(parts({ ...onSqs, queues: 2 })['alarms']).toBeCloseTo((11 + 4 + 3 * 2) * 0.1, 6);
  expect(parts({ ...onSqs, queues: 2, priorities: 3 })['alarms']).toBeCloseTo(
    (11 + 4 + 5 * 2) * 0.1,
    6,
  );
  expect(parts({ ...onSqs, alarms: 0 })['alarms']).toBe(0);
});

test('without a queue on SQS nothing of it is in the answer', () => {
  expect(Object.keys(parts(idle))).not.toContain('SQS');
});
