// What has to wait for longer than SQS lets it: no database takes part.
import { describe, expect, test } from 'vitest';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { longestHiddenSeconds, withWait } from '#queue/receive/waits.ts';
import type { Result } from '#queue/routines/result.ts';

const claim = { id: '0197d3a0-0000-7000-8000-000000000001', token: 'a token' };
const error = { name: 'Error', message: 'no luck' };
const day = 86_400;

const snooze = (delaySeconds: number): Result => ({
  ...claim,
  outcome: 'snooze',
  ms: 1,
  delaySeconds,
});
const retry = (delaySeconds?: number): Result => ({
  ...{ ...claim, outcome: 'retry', ms: 1, error },
  ...(delaySeconds !== undefined && { delaySeconds }),
});
const unknown: Result = { ...claim, outcome: 'unknown', ms: 1, error };
const done: Result = { ...claim, outcome: 'done', ms: 1 };

interface Given {
  readonly policy?: Partial<QueuePolicy>;
  readonly daysOld?: number;
  readonly attempt?: number;
}

function decide(result: Result, { policy = {}, daysOld = 0, attempt = 1 }: Given) {
  const queue = defineQueue({
    ...{ name: 'q', subscriptions: [], policy: { engine: 'sqs', ...policy } },
  });
  const sentAtMs = Date.now() - daysOld * day * 1000;
  return withWait(result, { policy: queue.policy, attempt, sentAtMs });
}

const fifo = { policy: { engine: 'sqs-fifo' } } as const;

test('a wait that SQS bears is left to it', () => {
  for (const result of [retry(), retry(60), snooze(longestHiddenSeconds), unknown, done])
    for (const given of [{}, fifo])
      expect(decide(result, given)).toEqual({ result, resend: false });
});

describe('on a standard queue, sent again is', () => {
  test.each<[string, Result, Given]>([
    ['what waits for longer than SQS hides it', snooze(longestHiddenSeconds + 1), {}],
    ['what asks for such a retry', retry(30 * day), {}],
    [
      'what the backoff may let wait for as long',
      retry(),
      { attempt: 10, policy: { retryBaseSeconds: 100, retryMaximumSeconds: 5 * day } },
    ],
    ['what SQS would soon forget', retry(1), { daysOld: 12.1 }],
    ['what waits for newer code by then', unknown, { daysOld: 11.99 }],
  ])('%s', (_, result, given) => {
    expect(decide(result, given)).toEqual({ result, resend: true });
  });

  test('nothing that has ended, however old', () => {
    expect(decide(done, { daysOld: 13 })).toEqual({ result: done, resend: false });
  });

  test('nothing whose backoff is short yet', () => {
    const policy = { retryBaseSeconds: 100, retryMaximumSeconds: 5 * day };
    expect(decide(retry(), { policy, attempt: 9 })).toMatchObject({ resend: false });
  });
});

describe('on a FIFO queue nothing is sent again', () => {
  test('what waits for longer than SQS hides it is hidden as often as it takes', () => {
    const result = snooze(11 * day);
    expect(decide(result, fifo)).toEqual({ result, resend: false });
  });

  test.each<[string, Result, number]>([
    ['a retry', retry(1), 12.1],
    ['a long snooze', snooze(12 * day), 0.5],
  ])('%s that SQS would forget is a dead letter that says so', (_, result, daysOld) => {
    const decided = decide(result, { ...fifo, daysOld });
    expect(decided).toMatchObject({
      result: { ...claim, outcome: 'dead', ms: 1, error: { name: 'WaitTooLong' } },
      resend: false,
    });
  });

  test('with the last failure as its cause', () => {
    const { result } = decide(retry(1), { ...fifo, daysOld: 13 });
    expect(result).toMatchObject({ error: { cause: error } });
  });
});
