import type { Mutation } from '../mutation.ts';

const nextStep = 'queue/drain/next-step.ts';
const nextStepTest = 'test/queue/drain/next-step.test.ts';

/** What a drain decides: claims, leases, timeouts, deadlines. */
export const engine: readonly Mutation[] = [
  {
    name: 'lane-stops-with-results-unsettled',
    fault: 'A drain returns before it has settled what its handlers did.',
    file: nextStep,
    replace: 'if (isIdle && finished === 0 && ',
    by: 'if (isIdle && ',
    testFile: nextStepTest,
    test: 'while a result is to be settled',
    isQuick: true,
  },
  {
    name: 'lane-claims-at-the-end-of-its-time',
    fault:
      'Deliveries are claimed for which there is no time, and other consumers cannot have them.',
    file: nextStep,
    replace: 'if (facts.isAtEnd || !facts.mayStart) return 0;',
    by: 'if (facts.isAtEnd) return 0;',
    testFile: nextStepTest,
    test: 'nothing when no handler may start',
  },
  {
    name: 'lane-asks-a-queue-at-its-limit',
    fault: 'A queue at its limit is asked again and again, a statement each time.',
    file: nextStep,
    replace: 'facts.limitedMs > 0 && !makesRoom',
    by: 'false && !makesRoom',
    testFile: nextStepTest,
    test: 'a lane waits until it may give more',
  },
  {
    name: 'leases-are-not-kept',
    fault: 'A handler that takes longer than its lease is run a second time beside itself.',
    file: 'queue/drain/keep-leases.ts',
    replace: 'if (held.length === 0) return;',
    by: 'if (held.length >= 0) return;',
    testFile: 'test/queue/drain/leases.test.ts',
    test: 'a handler that takes long keeps its lease, and what waits behind it too',
  },
  {
    name: 'lost-leases-go-unnoticed',
    fault: 'A handler works on although another consumer has its delivery.',
    file: 'queue/drain/keep-leases.ts',
    replace: 'const lost = held.filter(({ id }) => !still.has(id));',
    by: 'const lost = held.filter(({ id }) => !still.has(id) && false);',
    testFile: 'test/queue/drain/leases.test.ts',
    test: 'a lost delivery that has not started is not handled, and counts as lost',
  },
  {
    name: 'pool-exceeds-concurrency',
    fault: 'More handlers run at once than the queue allows.',
    file: 'queue/drain/handler-pool.ts',
    replace: 'this.#running.size < concurrency && ',
    by: 'this.#running.size <= concurrency && ',
    testFile: 'test/queue/drain/handler-pool.test.ts',
    test: 'starts as many handlers as may run at once, in claim order',
    isQuick: true,
  },
  {
    name: 'pool-mixes-types-in-a-batch',
    fault: 'A batch handler gets messages of another type than its own.',
    file: 'queue/drain/handler-pool.ts',
    replace: 'delivery.type === type && ',
    by: '',
    testFile: 'test/queue/drain/handler-pool.test.ts',
    test: 'gives a batch what is there of its type, up to its size',
  },
  {
    name: 'unstarted-deliveries-spend-an-attempt',
    fault: 'What a drain had no time to start becomes a dead letter after a few ticks.',
    file: 'queue/handle/build-result.ts',
    replace: "({ id, token, outcome: 'release' })",
    by: "({ id, token, outcome: 'snooze', ms: 0, delaySeconds: 0 })",
    testFile: 'test/queue/drain/deadline.test.ts',
    test: 'what has not started is released, and what runs may finish',
  },
  {
    name: 'refusal-takes-its-batch-with-it',
    fault:
      'One follow-up that the database refuses ends the drain, with all that was done beside it.',
    file: 'queue/drain/settle-around-refusal.ts',
    replace: 'exchange.results.length === 0) throw error;',
    by: 'exchange.results.length >= 0) throw error;',
    testFile: 'test/queue/drain/follow-up-refusals.test.ts',
    test: 'one batch may hold several that are refused for different reasons',
    error: 'no message type is named',
  },
  {
    name: 'priority-work-starves-suspects',
    fault: 'A queue that is never empty leaves no time for what a crashed consumer has held.',
    file: 'queue/drain/drain.ts',
    replace: 'return suspectsShare;',
    by: 'return 0;',
    testFile: 'test/queue/drain/suspects.test.ts',
    test: 'are not starved by a queue that is never empty',
  },
];
