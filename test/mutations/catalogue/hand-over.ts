import type { Mutation } from '../mutation.ts';

const placesTest = 'test/migrations/routines/hand_over/helper-places.test.ts';

/** Who is started for a backlog, and how many of them. */
export const handOver: readonly Mutation[] = [
  {
    name: 'places-of-helpers-without-a-lock',
    fault: 'Ticks that overlap count the same helpers, and together start more than allowed.',
    file: 'migrations/routines/hand_over/take_helpers.sql',
    replace: `if not pg_try_advisory_xact_lock(hashtextextended('millrace.take_helpers', 0)) then`,
    by: 'if false then',
    testFile: placesTest,
    test: 'are taken by one of several at a time, and nobody waits',
  },
  {
    name: 'place-of-a-helper-for-every-run',
    fault: 'An event that is delivered twice starts two helpers in one place.',
    file: 'migrations/routines/hand_over/start_helper.sql',
    replace: '\n    and coalesce(h.run, start_helper.run) = start_helper.run;',
    by: ';',
    testFile: placesTest,
    test: 'hold one run, which may ask twice',
  },
  {
    name: 'helpers-hand-over',
    fault: 'A helper starts helpers, and those start others, until Lambda stops them all.',
    file: 'queue/drain/drain-as-helper.ts',
    replace: 'handOver: undefined, ',
    by: '',
    testFile: 'test/queue/drain/drain-as-helper.test.ts',
    test: 'never hands over',
  },
  {
    name: 'helpers-beyond-a-limit',
    fault: 'Helpers are started for a queue whose limit one consumer can fill.',
    file: 'queue/drain/helpers-needed.ts',
    replace: 'Math.min(waiting, maxInFlight)',
    by: 'waiting',
    testFile: 'test/queue/drain/helpers-needed.test.ts',
    test: 'are of no use where few may be in flight',
  },
];
