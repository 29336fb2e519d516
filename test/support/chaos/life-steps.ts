// What can happen in the life of messages, in any order.
import * as fc from 'fast-check';
import type { Outcome } from './lifecycle-model.ts';

export const limits = new Map([
  ['first', { maxAttempts: 2 }],
  ['second', { maxAttempts: 5 }],
]);
export const queueNames = [...limits.keys()];

const consumer = fc.nat(2);
const queue = fc.constantFrom(...queueNames);
// Each costs a pause before the next try.
const isLost = fc.nat(5).map((n) => n === 0);
const outcome = fc.constantFrom<Outcome>('done', 'done', 'retry', 'dead', 'snooze', 'release');
const ending = fc.record({ which: fc.nat(20), outcome, isDelayed: fc.boolean() });
const message = fc.record(
  { group: fc.constantFrom('a', 'b'), priority: fc.constantFrom(1, 5, 9), isDelayed: fc.boolean() },
  { requiredKeys: [] },
);

export const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      isLost,
      messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('exchange' as const),
      isLost,
      consumer,
      queue,
      endings: fc.array(ending, { maxLength: 4 }),
      /** Of deliveries that the consumer has settled before. */
      again: fc.array(ending, { maxLength: 1 }),
      wanted: fc.nat(4),
      goesOn: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('suspect' as const),
      isLost,
      consumer,
      queue,
      alone: fc.boolean(),
      wanted: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), consumer, queue }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('extend' as const), isLost, consumer, queue }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('makeDue' as const) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
export type StepOf<Kind extends Step['do']> = Extract<Step, { do: Kind }>;
