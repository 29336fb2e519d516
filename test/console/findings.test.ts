// What the overview says of a queue, and in which order.
import { describe, expect, test } from 'vitest';
import type { QueueStats } from '#client/queue-answers.ts';
import { findingsOf, worstFirst } from '#console/pages/overview/findings.ts';

const healthy: QueueStats = {
  name: 'payments',
  paused: false,
  declared: true,
  depth: { pending: 12, processing: 4, scheduled: 3, blocked: 2, dead: 0 },
  retrying: 0,
  capped: [],
  oldestPendingSeconds: 90,
  perMinute: { done: 100, retried: 0, dead: 0 },
};

const queue = (
  given: Partial<QueueStats>,
  depth: Partial<QueueStats['depth']> = {},
): QueueStats => ({
  ...healthy,
  ...given,
  depth: { ...healthy.depth, ...depth },
});

const said = (of: QueueStats) => findingsOf(of).map(({ says }) => says);

test('a queue in which messages wait for the next tick has nothing wrong', () => {
  expect(said(healthy)).toEqual([]);
});

describe('says in words', () => {
  test.each([
    [queue({}, { dead: 1 }), 'has 1 dead letter'],
    [queue({ capped: ['dead'] }, { dead: 10_000 }), 'has 10,000+ dead letters'],
    [queue({ oldestPendingSeconds: 7_500 }), 'has a message that has been waiting for 2 h 5 min'],
    [
      queue({ declared: false, oldestPendingSeconds: 7_500 }),
      'is in no code that is deployed, so nobody handles what is in it: 12 messages',
    ],
    [queue({ paused: true, oldestPendingSeconds: 7_500 }), 'is paused with 12 messages waiting'],
    [queue({ retrying: 2 }), 'retries 2 messages'],
    [queue({ capped: ['pending'] }, { pending: 10_000 }), 'has more waiting than is counted'],
  ])('%#: %s', (given, says) => {
    expect(said(given)).toEqual([says]);
  });
});

test('a queue that is empty is not late, whatever its oldest message was', () => {
  expect(said(queue({ oldestPendingSeconds: 9_999 }, { pending: 0 }))).toEqual([]);
});

test('the worst comes first: dead letters, waiting, undeclared, paused, retries; then the name', () => {
  const queues = [
    healthy,
    queue({ name: 'a-retrying', retrying: 1 }),
    queue({ name: 'b-paused', paused: true }),
    queue({ name: 'c-undeclared', declared: false }),
    queue({ name: 'd-late', oldestPendingSeconds: 900 }),
    queue({ name: 'e-dead' }, { dead: 1 }),
    queue({ name: 'a-healthy' }),
  ];
  expect(worstFirst(queues).map(({ name }) => name)).toEqual([
    'e-dead',
    'd-late',
    'c-undeclared',
    'b-paused',
    'a-retrying',
    'a-healthy',
    'payments',
  ]);
});

test('dead letters are a link to them, whatever the queue is called', () => {
  const [finding] = findingsOf(queue({ name: 'a&b' }, { dead: 1 }));
  expect(finding?.href).toBe('/console/dead-letters?queue=a%26b');
});
