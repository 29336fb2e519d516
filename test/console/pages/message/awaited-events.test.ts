import { expect, test } from 'vitest';
import type { Delivery, MessageStatus, Step } from '#client/message-answers.ts';
import { awaitedEvents } from '#console/pages/message/awaited-events.ts';

const began = '2026-03-01T00:00:00Z';
const step = (kind: Step['kind'], name: string, finishedAt: string | null = null): Step => ({
  ...{ kind, name, finishedAt, version: 1, startedAt: began },
  ...{ dueAt: '2026-03-02T00:00:00Z', bytes: null, result: null },
});

const message = (...deliveries: readonly (readonly [Delivery['status'], readonly Step[]])[]) =>
  ({
    deliveries: deliveries.map(([status, steps], n) => ({ queue: `queue ${n}`, status, steps })),
  }) as unknown as MessageStatus;

test('names what is waited for, once, and not what has come, what sleeps, or who has ended', () => {
  const waiting = message(
    ['scheduled', [step('event', 'paid', began), step('event', 'approved')]],
    ['scheduled', [step('event', 'approved')]],
    ['scheduled', [step('sleep', 'a day')]],
    ['pending', [step('event', 'packed')]],
    ['cancelled', [step('event', 'shipped')]],
  );
  expect(awaitedEvents(waiting)).toEqual(['approved', 'packed']);
  expect(awaitedEvents({ ...waiting, deliveries: [] })).toEqual([]);
});
