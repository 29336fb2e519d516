import type { Mutation } from '../mutation.ts';

const together = 'migrations/routines/claim/internal/suspects_together.sql';
const togetherTest = 'test/migrations/routines/claim/suspects-together.test.ts';
const partsTest = 'test/queue/drain/parts.test.ts';

/** What is left of a crash, and a database that is away. */
export const suspects: readonly Mutation[] = [
  {
    name: 'suspects-wait-for-other-consumers',
    fault:
      'Consumers that recover from a crash wait for each other instead of sharing what is left.',
    file: 'migrations/routines/claim/internal/lock_suspects.sql',
    replace: '    for update of d skip locked',
    by: '    for update of d',
    testFile: 'test/migrations/routines/claim/claim-suspects.test.ts',
    test: 'passes over what another consumer is claiming at the moment',
  },
  {
    name: 'last-attempt-in-company',
    fault: 'A poisonous message costs its neighbours their last attempt.',
    file: together,
    replace: '    when attempt >= max_attempts - 1 then 1\n',
    by: '',
    testFile: togetherTest,
    test: 'gives smaller groups with each lost lease, and the last attempt alone: $maxAttempts attempts',
  },
  {
    name: 'death-of-neighbours',
    fault: 'What lost its last attempt beside a poisonous message becomes a dead letter with it.',
    file: together,
    replace: ' and lost_leases is not null then 0',
    by: ' then 0',
    testFile: togetherTest,
    test: 'tries once more, alone, what has lost its last attempt among others',
    isQuick: true,
  },
  {
    name: 'lost-leases-are-not-counted',
    fault:
      'Groups never become smaller, so one poisonous message stops the recovery of all others.',
    file: 'migrations/routines/claim/internal/lease_suspects.sql',
    replace: 'coalesce(s.lost_leases, 0) + (s.lease_expires_at is not null)::integer',
    by: '1',
    testFile: togetherTest,
    test: 'gives smaller groups with each lost lease, and the last attempt alone: $maxAttempts attempts',
  },
  {
    name: 'claim-takes-released-suspects',
    fault:
      'A suspect that was not started is handled beside fresh deliveries, and may take them along.',
    file: 'migrations/routines/claim/internal/claim_fresh.sql',
    replace: '        and d.lost_leases is null\n',
    by: '',
    testFile: togetherTest,
    test: 'forgets lost leases when the delivery is settled, but not when it is released',
  },
  {
    name: 'alone-in-one-queue-only',
    fault: 'A poisonous message of one queue costs a suspect of another queue its last attempt.',
    file: 'queue/drain/suspects.ts',
    replace: 'await Promise.all(queues.map((queue) => handleGroups(queue, parts)));',
    by: 'await Promise.all(queues.map((queue) => handleEachAlone([queue], parts)));',
    testFile: 'test/queue/drain/suspects.test.ts',
    test: 'are handled with nothing beside them in any queue when it is their last attempt',
  },
  {
    name: 'failure-ends-the-drain',
    fault: 'One lane that fails keeps suspects, recording and maintenance from running.',
    file: 'queue/drain/parts.ts',
    replace: '      return undefined;\n    }\n  }\n\n  /** Runs a lane',
    by: '      throw reason;\n    }\n  }\n\n  /** Runs a lane',
    testFile: partsTest,
    test: '%s keeps nothing else from running',
  },
  {
    name: 'held-up-lane-starts-again',
    fault: 'A lane that was left behind starts handlers beside suspects that are to be alone.',
    file: 'queue/drain/parts.ts',
    replace: 'for (const lane of this.#lanes) lane.startNoMore();',
    by: '',
    testFile: partsTest,
    test: 'starts no handler beside those that follow it',
  },
  {
    name: 'patience-ends-before-the-drain',
    fault:
      'What was handled before an outage is handled again, although there was time to settle it.',
    file: 'queue/drain/deadline.ts',
    replace: 'Math.max(0, this.#remainingMs() - returnMs)',
    by: 'Math.max(0, Math.min(30_000, this.#remainingMs() - returnMs))',
    testFile: 'test/queue/drain/patience.test.ts',
    test: 'a database that is away for 40 s of a drain of 55 s loses nothing, and nothing is handled twice',
    error: 'fetch failed',
  },
  {
    name: 'a-look-waits-for-long',
    fault:
      'A consumer whose database is away fails only at the end of its time, although it holds nothing.',
    file: 'queue/drain/deadline.ts',
    replace: 'Math.min(longestLookMs, this.callBudgetMs)',
    by: 'this.callBudgetMs',
    testFile: 'test/queue/drain/patience.test.ts',
    test: 'a database that is away from the start is given up after ten seconds, since nothing is held',
  },
];
