import { expect, test } from 'vitest';
import { stepsTable } from '#cli/commands/status-steps.ts';
import { Printer } from '#cli/print/printer.ts';
import type { Delivery, MessageStatus, Step } from '#client/message-answers.ts';

const at = '2026-11-30T08:00:00.5+00:00';
const dueAt = '2026-12-01T08:00:00+00:00';

const step = (name: string, more: Partial<Step> = {}): Step => ({
  ...{ name, kind: 'step', version: 1, startedAt: at, finishedAt: at, dueAt: null },
  ...{ bytes: null, result: null },
  ...more,
});

function told(steps: readonly Step[] | null, more: Partial<Delivery> = {}): string | undefined {
  const delivery: Delivery = {
    ...{ queue: 'payments', status: 'scheduled', availableAt: null, finishedAt: null },
    ...{ progress: null, result: null, steps, attempts: [] },
    ...more,
  };
  const message: MessageStatus = {
    ...{ id: '', type: 'order.placed', createdAt: at, groupKey: null, causedBy: null },
    ...{ status: delivery.status, revision: '', deliveries: [delivery] },
  };
  return stepsTable(message, new Printer({ isJson: false }));
}

test('tells what has ended, and what a handler sleeps for or waits for', () => {
  expect(
    told([
      step('charge', { bytes: 12 }),
      step('until tomorrow', { kind: 'sleep', dueAt, finishedAt: null }),
      step('approved', { kind: 'event', dueAt, finishedAt: null }),
      step('packed', { kind: 'event', dueAt }),
      step('paid', { kind: 'event', dueAt, bytes: 4 }),
    ])?.split('\n'),
  ).toEqual([
    'queue     step            kind   ended                              bytes',
    'payments  charge          step   2026-11-30T08:00:00Z                  12',
    'payments  until tomorrow  sleep  sleeps until 2026-12-01T08:00:00Z      -',
    'payments  approved        event  waits until 2026-12-01T08:00:00Z       -',
    'payments  packed          event  2026-11-30T08:00:00Z without it        -',
    'payments  paid            event  2026-11-30T08:00:00Z                   4',
  ]);
});

test('tells of a delivery that was cancelled meanwhile that it sleeps and waits no more', () => {
  const finishedAt = '2026-11-30T09:00:00+00:00';
  expect(
    told(
      [
        step('until tomorrow', { kind: 'sleep', dueAt, finishedAt: null }),
        step('approved', { kind: 'event', dueAt, finishedAt: null }),
      ],
      { status: 'cancelled', finishedAt },
    )?.split('\n'),
  ).toEqual([
    'queue     step            kind   ended                            bytes',
    'payments  until tomorrow  sleep  2026-11-30T09:00:00Z cut short       -',
    'payments  approved        event  2026-11-30T09:00:00Z without it      -',
  ]);
});

test('tells of events that no step has waited for, also before the first step', () => {
  const events = [{ name: 'aproved', sentAt: at }];
  expect(told(null, { events })?.split('\n')).toEqual([
    'queue     step     kind   ended                                      bytes',
    'payments  aproved  event  came 2026-11-30T08:00:00Z, not waited for      -',
  ]);
});

test('is not there where no steps are recorded', () => {
  expect(told(null)).toBeUndefined();
});
